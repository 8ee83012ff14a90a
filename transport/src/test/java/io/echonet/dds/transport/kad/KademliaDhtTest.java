package io.echonet.dds.transport.kad;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.ContentRouting.Provided;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.kad.KadNetwork.Node;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

class KademliaDhtTest {
  private static final KadConfig CONFIG = KadConfig.defaults();
  private static final KadConfig CALM =
      CONFIG.withUpkeep(CONFIG.upkeep().withRefresh(Duration.ofHours(1)));
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final KadNetwork network = new KadNetwork(42);

  @AfterEach
  void close() {
    network.close();
  }

  @Test
  void aNodeThatJoinsKnowsItsNeighboursAndIsKnownToThem() {
    List<Node> nodes = network.join(8, CONFIG);

    for (Node node : nodes) {
      assertThat(node.dht().knownPeers()).isEqualTo(7);
    }
  }

  @Test
  void theResultSaysHowManyBootstrapPeersWereReached() {
    Node first = network.add(CONFIG, KadMode.SERVER);
    Node second = network.add(CONFIG, KadMode.SERVER);
    Node joining = network.add(CONFIG, KadMode.SERVER);
    Multiaddr nobody = Multiaddr.parse("/ip4/127.0.0.1/tcp/1");
    Multiaddr nameless = second.host().announcedAddresses().get(0);

    BootstrapResult result =
        network.get(
            joining.dht().bootstrap(List.of(first.address(), nobody, nameless, joining.address())));

    assertThat(result).isEqualTo(new BootstrapResult(3, 2, 2));
  }

  @Test
  void aPeerThatDoesNotSpeakTheProtocolIsReachedButNotKnown() {
    Host plain = network.newHost();
    Node joining = network.add(CONFIG, KadMode.SERVER);

    BootstrapResult result = network.get(joining.dht().bootstrap(plain.announcedAddresses()));

    assertThat(result).isEqualTo(new BootstrapResult(1, 1, 0));
  }

  @Test
  void aNodeWhoseBootstrapPeerComesLateJoinsByItself() {
    Host late = network.links().newSilentHost();
    Multiaddr address = Multiaddr.parse("/ip4/127.0.0.1/tcp/4001");
    Node joining = network.add(CONFIG, KadMode.SERVER);
    assertThat(network.get(joining.dht().bootstrap(List.of(address))))
        .isEqualTo(new BootstrapResult(1, 0, 0));

    network.pass(Duration.ofMinutes(10));
    network.add(late, CONFIG, KadMode.SERVER);
    network.run(late.listen(address));
    network.pass(Duration.ofMinutes(3));

    assertThat(joining.dht().knownPeers()).isEqualTo(1);
  }

  @Test
  void aNodeThatLostEverybodyJoinsAgain() {
    Host host = network.newHost();
    Multiaddr address = host.listenAddresses().get(0);
    Node first = network.add(host, CONFIG, KadMode.SERVER);
    Node joined = network.add(CONFIG, KadMode.SERVER);
    network.get(joined.dht().bootstrap(List.of(address)));
    assertThat(joined.dht().knownPeers()).isEqualTo(1);

    network.kill(first);
    network.pass(Duration.ofMinutes(30));
    assertThat(joined.dht().knownPeers()).isZero();

    Host again = network.links().newSilentHost();
    network.run(again.listen(address));
    network.add(again, CONFIG, KadMode.SERVER);
    network.pass(Duration.ofMinutes(3));
    assertThat(joined.dht().knownPeers()).isEqualTo(1);
  }

  @Test
  void whatOneProvidesAnotherFinds() {
    List<Node> nodes = network.join(5, CONFIG);
    Multihash key = RandomPeers.multihash(network.random());

    assertThat(network.get(nodes.get(1).dht().provide(key))).isEqualTo(4);

    PeerInfo provider = new PeerInfo(nodes.get(1).id(), nodes.get(1).host().announcedAddresses());
    for (int i : List.of(0, 2, 3, 4)) {
      assertThat(network.all(nodes.get(i).dht().findProviders(key, 10))).containsExactly(provider);
    }
  }

  @Test
  void aNodeIsNotFoundAsAProviderByItself() {
    List<Node> nodes = network.join(3, CONFIG);
    Multihash key = RandomPeers.multihash(network.random());
    network.get(nodes.get(0).dht().provide(key));

    assertThat(network.all(nodes.get(0).dht().findProviders(key, 10))).isEmpty();
  }

  @Test
  void searchingForWhatNobodyHasCompletesEmpty() {
    List<Node> nodes = network.join(3, CONFIG);
    Node alone = network.add(CONFIG, KadMode.SERVER);
    Multihash key = RandomPeers.multihash(network.random());

    assertThat(network.all(nodes.get(0).dht().findProviders(key, 10))).isEmpty();
    assertThat(network.all(alone.dht().findProviders(key, 10))).isEmpty();
    assertThat(network.get(alone.dht().provide(key))).isZero();
    assertThat(network.all(alone.dht().closestPeers(key))).isEmpty();
    assertThat(network.run(alone.dht().findPeer(nodes.get(0).id()))).isNull();
  }

  @Test
  void aHundredNodesFindWhatAnyOfThemProvidesEvenWhenAThirdHasVanished() {
    List<Node> nodes = new ArrayList<>(network.join(100, CONFIG));
    Map<Multihash, Node> provided = new HashMap<>();
    for (int i = 0; i < 20; i++) {
      Multihash key = RandomPeers.multihash(network.random());
      Node provider = nodes.get(network.random().nextInt(nodes.size()));
      assertThat(network.get(provider.dht().provide(key))).isEqualTo(20);
      provided.put(key, provider);
    }
    assertEachIsFound(provided, nodes);

    List<Contact> contacts = nodes.stream().map(Node::contact).toList();
    Multihash target = RandomPeers.multihash(network.random());
    assertThat(network.all(nodes.get(7).dht().closestPeers(target)))
        .extracting(PeerInfo::id)
        .isEqualTo(
            RandomPeers.nearest(
                    contacts.stream().filter(c -> !c.equals(nodes.get(7).contact())).toList(),
                    KadKey.of(target),
                    20)
                .stream()
                .map(Contact::peer)
                .toList());

    for (int i = 0; i < 30; i++) {
      Node gone = nodes.remove(network.random().nextInt(nodes.size()));
      if (i % 3 == 0) {
        network.unplug(gone);
      } else {
        network.kill(gone);
      }
      provided.values().removeIf(gone::equals);
    }
    assertEachIsFound(provided, nodes);
  }

  private void assertEachIsFound(Map<Multihash, Node> provided, List<Node> nodes) {
    provided.forEach(
        (key, provider) -> {
          Node searcher = nodes.get(network.random().nextInt(nodes.size()));
          if (!searcher.equals(provider)) {
            assertThat(network.all(searcher.dht().findProviders(key, 1)))
                .containsExactly(new PeerInfo(provider.id(), provider.host().announcedAddresses()));
          }
        });
  }

  @Test
  void manyKeysOfASmallNetworkNeedHardlyAnyWalk() {
    List<Node> nodes = network.join(6, CONFIG);
    List<Multihash> keys = new ArrayList<>();
    for (int i = 0; i < 1500; i++) {
      keys.add(RandomPeers.multihash(network.random()));
    }
    Node publisher = nodes.get(2);
    long before = publisher.dht().walksBegun();

    List<Provided> done = network.all(publisher.dht().provideAll(Flux.fromIterable(keys)));

    assertThat(publisher.dht().walksBegun() - before).isLessThanOrEqualTo(3);
    assertThat(done).extracting(Provided::key).containsExactlyInAnyOrderElementsOf(keys);
    assertThat(done).allSatisfy(provided -> assertThat(provided.peers()).isEqualTo(5));
    for (Node node : nodes) {
      assertThat(node.dht().providerRecords()).isEqualTo(1500);
    }
    assertThat(network.all(nodes.get(4).dht().findProviders(keys.get(777), 5)))
        .extracting(PeerInfo::id)
        .containsExactly(publisher.id());
  }

  @Test
  void keysAnnouncedTogetherReachTheSamePeersAsAloneByFarFewerWalks() {
    List<Node> nodes = network.join(60, CONFIG);
    List<Contact> contacts = nodes.stream().map(Node::contact).toList();
    Node publisher = nodes.get(0);
    List<Contact> others = contacts.subList(1, contacts.size());
    List<Multihash> keys = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      keys.add(RandomPeers.multihash(network.random()));
    }

    long before = publisher.dht().walksBegun();

    List<Provided> done = network.all(publisher.dht().provideAll(Flux.fromIterable(keys)));

    assertThat(publisher.dht().walksBegun() - before).isLessThanOrEqualTo(20);
    assertThat(done).hasSize(400).allSatisfy(p -> assertThat(p.peers()).isEqualTo(20));
    for (Multihash key : keys) {
      List<PeerId> nearest =
          RandomPeers.nearest(others, KadKey.of(key), 20).stream().map(Contact::peer).toList();
      List<PeerId> holders =
          nodes.subList(1, 60).stream().filter(n -> n.holds(key)).map(Node::id).toList();
      assertThat(holders).containsExactlyInAnyOrderElementsOf(nearest);
    }
  }

  @Test
  void keysThatTrickleInAreAnnouncedWithoutWaitingForMore() {
    List<Node> nodes = network.join(3, CONFIG);
    List<Multihash> done = new ArrayList<>();
    Flux<Multihash> trickle =
        Flux.interval(Duration.ofMinutes(1), network.time())
            .map(tick -> RandomPeers.multihash(network.random()));
    Disposable announcing =
        nodes.get(0).dht().provideAll(trickle).subscribe(provided -> done.add(provided.key()));

    network.pass(Duration.ofMinutes(3).plusSeconds(5));

    assertThat(done).hasSize(3);
    assertThat(nodes.get(2).holds(done.get(2))).isTrue();
    announcing.dispose();
  }

  @Test
  void aReaderThatTakesOneProviderAtATimeHoldsUpNobody() {
    List<Node> nodes = network.join(4, CONFIG);
    Multihash key = RandomPeers.multihash(network.random());
    for (int i = 0; i < 3; i++) {
      network.get(nodes.get(i).dht().provide(key));
    }
    Node searcher = network.add(CONFIG, KadMode.CLIENT);
    network.get(searcher.dht().bootstrap(List.of(nodes.get(0).address())));
    List<BaseSubscriber<PeerInfo>> slow = new ArrayList<>();
    for (int i = 0; i < CONFIG.walks().maxRunning(); i++) {
      BaseSubscriber<PeerInfo> reader =
          new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
              subscription.request(1);
            }
          };
      searcher.dht().findProviders(key, 3).subscribe(reader);
      slow.add(reader);
    }

    assertThat(network.all(searcher.dht().findProviders(key, 3))).hasSize(3);
    slow.forEach(BaseSubscriber::cancel);
  }

  @Test
  void recordsExpireAfterTwoDaysUnlessProvidedAgain() {
    List<Node> nodes = network.join(4, CALM);
    Multihash kept = RandomPeers.multihash(network.random());
    Multihash dropped = RandomPeers.multihash(network.random());
    network.get(nodes.get(0).dht().provide(kept));
    network.get(nodes.get(0).dht().provide(dropped));

    network.pass(Duration.ofHours(22));
    network.get(nodes.get(0).dht().provide(kept));
    network.pass(Duration.ofHours(27));

    assertThat(network.all(nodes.get(3).dht().findProviders(kept, 1))).hasSize(1);
    assertThat(network.all(nodes.get(3).dht().findProviders(dropped, 1))).isEmpty();
    assertThat(nodes.get(1).dht().providerRecords()).isEqualTo(1);
  }

  @Test
  void aProviderWhoseAddressWasForgottenIsLookedUp() {
    List<Node> nodes = network.join(4, CALM);
    Multihash key = RandomPeers.multihash(network.random());
    network.get(nodes.get(0).dht().provide(key));
    network.pass(Duration.ofHours(30));
    Node late = network.add(CONFIG, KadMode.CLIENT);
    network.get(late.dht().bootstrap(List.of(nodes.get(2).address())));

    assertThat(network.all(late.dht().findProviders(key, 1)))
        .containsExactly(new PeerInfo(nodes.get(0).id(), nodes.get(0).host().announcedAddresses()));
  }

  @Test
  void aSearchIsCutShortAtItsLimit() {
    List<Node> nodes = network.join(10, CONFIG);
    Multihash key = RandomPeers.multihash(network.random());
    for (int i = 1; i < 6; i++) {
      network.get(nodes.get(i).dht().provide(key));
    }
    Node searcher = network.add(CONFIG, KadMode.CLIENT);
    network.get(searcher.dht().bootstrap(List.of(nodes.get(0).address())));

    assertThat(network.all(searcher.dht().findProviders(key, 3)))
        .hasSize(3)
        .doesNotHaveDuplicates();
    assertThat(network.all(searcher.dht().findProviders(key, 30)))
        .extracting(PeerInfo::id)
        .containsExactlyInAnyOrderElementsOf(nodes.subList(1, 6).stream().map(Node::id).toList());
  }

  @Test
  void peersAreFoundByTheirIdWhetherTheyServeOrNot() {
    List<Node> nodes = network.join(30, CONFIG);
    Node client = network.add(CONFIG, KadMode.CLIENT);
    network.get(client.dht().bootstrap(List.of(nodes.get(3).address())));
    Node searcher = network.add(CONFIG, KadMode.CLIENT);
    network.get(searcher.dht().bootstrap(List.of(nodes.get(9).address())));

    assertThat(network.get(searcher.dht().findPeer(nodes.get(20).id())))
        .isEqualTo(new PeerInfo(nodes.get(20).id(), nodes.get(20).host().announcedAddresses()));
    assertThat(network.get(searcher.dht().findPeer(client.id())))
        .isEqualTo(new PeerInfo(client.id(), client.host().announcedAddresses()));
    assertThat(network.get(searcher.dht().findPeer(searcher.id())).addresses())
        .isEqualTo(searcher.host().announcedAddresses());
    assertThat(network.run(searcher.dht().findPeer(RandomPeers.contact(network.random()).peer())))
        .isNull();
  }

  @Test
  void aSearchForAPeerEndsWhenSomebodyNamesItOrItConnects() {
    List<Node> nodes = network.join(25, CONFIG);
    Node searcher = network.add(CALM, KadMode.CLIENT);
    network.get(searcher.dht().bootstrap(List.of(nodes.get(0).address())));
    network.pass(MINUTE);

    List<Lookup> lookups = new ArrayList<>();
    Disposable listening = searcher.dht().lookups().subscribe(lookups::add);
    assertThat(network.get(searcher.dht().findPeer(nodes.get(7).id())).addresses())
        .isEqualTo(nodes.get(7).host().announcedAddresses());
    network.pass(MINUTE);
    assertThat(lookups).allSatisfy(lookup -> assertThat(lookup.answered()).isLessThan(20));
    listening.dispose();

    Host coming = network.newHost();
    nodes.forEach(node -> network.links().partition(node.host(), searcher.host()));
    List<PeerInfo> found = new ArrayList<>();
    Disposable search = searcher.dht().findPeer(coming.id()).subscribe(found::add);
    network.pass(Duration.ofSeconds(1));
    assertThat(found).isEmpty();
    network.get(coming.connect(searcher.address()));
    network.pass(Duration.ofMillis(500));

    assertThat(found).containsExactly(new PeerInfo(coming.id(), coming.announcedAddresses()));
    assertThat(search.isDisposed()).isTrue();
  }

  @Test
  void peersOfOneAddressRangeDoNotFillTheTableThoughTheyAreAsked() {
    List<Multiaddr> addresses = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      Host host = network.links().newSilentHost();
      network.get(host.listen(Multiaddr.parse("/ip4/1.2.3." + i + "/tcp/4001")));
      network.add(host, CONFIG, KadMode.SERVER);
      addresses.add(address(host));
    }
    Host elsewhere = network.links().newSilentHost();
    network.get(elsewhere.listen(Multiaddr.parse("/ip4/1.3.3.4/tcp/4001")));
    network.add(elsewhere, CONFIG, KadMode.SERVER);
    addresses.add(address(elsewhere));
    Node joining = network.add(CONFIG, KadMode.CLIENT);

    BootstrapResult result = network.get(joining.dht().bootstrap(addresses));

    assertThat(result.reached()).isEqualTo(13);
    assertThat(result.known()).isBetween(3, 4);
  }

  @Test
  void everyLookupIsToldAndCounted() {
    List<Node> nodes = network.join(40, CONFIG);
    Node searcher = network.add(CALM, KadMode.CLIENT);
    network.get(searcher.dht().bootstrap(List.of(nodes.get(0).address())));
    network.pass(MINUTE);
    LookupTotals before = searcher.dht().lookupTotals();
    List<Lookup> told = new ArrayList<>();
    boolean[] ended = {false};
    searcher.dht().lookups().doOnComplete(() -> ended[0] = true).subscribe(told::add);
    Multihash key = RandomPeers.multihash(network.random());

    network.all(searcher.dht().findProviders(key, 10));
    network.run(searcher.dht().getValue("/pk/x".getBytes(US_ASCII)));
    network.unplug(nodes.get(11));
    network.unplug(nodes.get(12));
    network.all(searcher.dht().closestPeers(key));
    network.pass(MINUTE);

    assertThat(told)
        .extracting(Lookup::kind)
        .containsExactly(Lookup.Kind.PROVIDERS, Lookup.Kind.VALUE, Lookup.Kind.PEERS);
    assertThat(told)
        .allSatisfy(
            lookup -> {
              assertThat(lookup.queries()).isBetween(20, 40);
              assertThat(lookup.answered()).isBetween(20, lookup.queries());
              assertThat(lookup.answered() + lookup.failed()).isLessThanOrEqualTo(lookup.queries());
              assertThat(lookup.hops()).isBetween(1, 3);
              assertThat(lookup.time()).isPositive();
            });
    LookupTotals after = searcher.dht().lookupTotals();
    assertThat(after.lookups() - before.lookups()).isEqualTo(3);
    assertThat(after.queries() - before.queries())
        .isEqualTo(told.stream().mapToInt(Lookup::queries).sum());
    assertThat(after.time().minus(before.time()))
        .isEqualTo(told.stream().map(Lookup::time).reduce(Duration.ZERO, Duration::plus));
    network.run(searcher.dht().close());
    assertThat(ended[0]).isTrue();
  }

  @Test
  void aClientUsesTheDhtAndIsInNobodysTable() {
    List<Node> nodes = network.join(4, CONFIG);
    Node client = network.add(CONFIG, KadMode.CLIENT);
    network.get(client.dht().bootstrap(List.of(nodes.get(0).address())));
    Multihash key = RandomPeers.multihash(network.random());

    assertThat(client.dht().knownPeers()).isEqualTo(4);
    assertThat(network.get(client.dht().provide(key))).isEqualTo(4);
    assertThat(network.all(nodes.get(2).dht().findProviders(key, 1)))
        .extracting(PeerInfo::id)
        .containsExactly(client.id());
    assertThat(nodes).allSatisfy(node -> assertThat(node.dht().knownPeers()).isEqualTo(3));
    assertThat(client.host().protocols()).isEmpty();
  }

  @Test
  void aNodeThatTurnsClientLeavesTheTablesAndComesBackAsServer() {
    List<Node> nodes = network.join(3, CONFIG);
    Node changing = nodes.get(1);

    changing.dht().mode(KadMode.CLIENT);
    network.pass(Duration.ofMinutes(1));
    assertThat(changing.dht().mode()).isEqualTo(KadMode.CLIENT);
    assertThat(nodes.get(0).dht().knownPeers()).isEqualTo(1);

    changing.dht().mode(KadMode.SERVER);
    network.pass(Duration.ofMinutes(1));
    assertThat(nodes.get(0).dht().knownPeers()).isEqualTo(2);
  }

  @Test
  void twoNetworksOnTheSameHostsStayApart() {
    KadConfig other = CONFIG.withProtocol(KadConfig.IPFS_PROTOCOL);
    List<Node> nodes = network.join(2, CONFIG);
    Node foreign = network.add(other, KadMode.SERVER);

    BootstrapResult result = network.get(foreign.dht().bootstrap(List.of(nodes.get(0).address())));

    assertThat(result).isEqualTo(new BootstrapResult(1, 1, 0));
    assertThat(nodes.get(0).dht().knownPeers()).isEqualTo(1);
  }

  @Test
  void peersThatHaveVanishedAreForgottenByAndBy() {
    List<Node> nodes = network.join(10, CONFIG);
    for (int i = 5; i < 10; i++) {
      network.unplug(nodes.get(i));
    }

    network.pass(MINUTE.multipliedBy(45));

    for (Node node : nodes.subList(0, 5)) {
      assertThat(node.dht().knownPeers()).isEqualTo(4);
    }
  }

  @Test
  void whereConnectedPeersAreIsToldForAsLongAsTheyStay() {
    List<Node> nodes = network.join(4, CONFIG);
    network.pass(Duration.ofHours(5));
    Node late = network.add(CONFIG, KadMode.CLIENT);
    network.get(late.dht().bootstrap(List.of(nodes.get(1).address())));

    assertThat(late.dht().knownPeers()).isEqualTo(4);
  }

  @Test
  void aClosedNodeServesNoMoreAndClosingTwiceIsFine() {
    List<Node> nodes = network.join(2, CONFIG);
    network.run(nodes.get(1).dht().close());
    network.run(nodes.get(1).dht().close());
    network.run(nodes.get(1).dht().onClose());
    nodes.get(1).dht().mode(KadMode.SERVER);

    assertThat(nodes.get(1).dht().mode()).isEqualTo(KadMode.CLIENT);
    assertThat(nodes.get(1).host().protocols()).isEmpty();
  }

  @Test
  void aSilentPeerCostsASearchItsPatienceAndNotTheWholeTimeout() {
    List<Node> nodes = network.join(25, CONFIG);
    Multihash key = RandomPeers.multihash(network.random());
    network.get(nodes.get(3).dht().provide(key));
    Node searcher = nodes.get(11);
    Contact nearest =
        RandomPeers.nearest(nodes.stream().map(Node::contact).toList(), KadKey.of(key), 1).get(0);
    nodes.stream()
        .filter(node -> node.contact().equals(nearest) && !node.equals(searcher))
        .forEach(node -> network.links().partition(node.host(), searcher.host()));

    long before = network.time().now(java.util.concurrent.TimeUnit.MILLISECONDS);
    network.all(searcher.dht().closestPeers(key));
    long took = network.time().now(java.util.concurrent.TimeUnit.MILLISECONDS) - before;

    assertThat(took).isBetween(2_900L, 4_000L);
  }

  @Test
  void providerRecordsSurviveARestartOfTheNodeThatKeepsThem(@TempDir Path folder) {
    Path file = folder.resolve("providers");
    Host host = network.newHost();
    KademliaDht keeping = open(host, file);
    Node provider = network.add(CONFIG, KadMode.SERVER);
    network.get(provider.dht().bootstrap(List.of(address(host))));
    Multihash key = RandomPeers.multihash(network.random());
    network.get(provider.dht().provide(key));
    network.pass(Duration.ofSeconds(10));
    assertThat(keeping.providerRecords()).isEqualTo(1);
    network.run(keeping.close());

    Host again = network.newHost();
    KademliaDht restarted = open(again, file);
    assertThat(restarted.providerRecords()).isEqualTo(1);
    Node searcher = network.add(CONFIG, KadMode.CLIENT);
    network.get(searcher.dht().bootstrap(List.of(address(again))));
    assertThat(network.all(searcher.dht().findProviders(key, 5)))
        .extracting(PeerInfo::id)
        .containsExactly(provider.id());
    network.run(restarted.close());
  }

  private KademliaDht open(Host host, Path file) {
    return network.get(
        KademliaDht.open(
            host,
            CONFIG,
            KadMode.SERVER,
            file,
            network.time(),
            Schedulers.immediate(),
            network.links().clock(),
            network.random()));
  }

  private static Multiaddr address(Host host) {
    return host.announcedAddresses().get(0).withPeerId(host.id());
  }
}
