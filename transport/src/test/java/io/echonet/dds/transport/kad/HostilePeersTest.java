package io.echonet.dds.transport.kad;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.multiformats.Varint;
import io.echonet.dds.transport.DelimitedMessages;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.kad.KadNetwork.Node;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What peers that lie, stall or talk nonsense can do to a node that asks them. */
class HostilePeersTest {
  private static final KadConfig CONFIG = KadConfig.defaults();
  private static final KadCodec CODEC = new KadCodec(10_000, 16);

  private final KadNetwork network = new KadNetwork(31);
  private final Multihash key = RandomPeers.multihash(network.random());

  @AfterEach
  void close() {
    network.close();
  }

  @Test
  void nonsenseForAnAnswerIsAFailureOfThatPeerAlone() {
    byte[] wrongType =
        CODEC.encode(
            new KadResponse(KadMessageType.PING, ByteString.EMPTY, List.of(), List.of()), 1024);
    byte[] huge = Varint.encode(CONFIG.walks().maxResponseBytes() + 1L);
    List<Function<Stream, Mono<Void>>> liars =
        List.of(
            stream -> sendRaw(stream, delimited(wrongType)),
            stream -> sendRaw(stream, huge),
            stream -> sendRaw(stream, new byte[] {3, 0x42, 0x0f, 0}),
            stream -> sendRaw(stream, new byte[] {5, 8}).then(stream.closeWrite()),
            Stream::closeWrite,
            stream -> Mono.error(new IllegalStateException("as wished")));
    List<Node> nodes = network.join(5, CONFIG);
    network.get(nodes.get(1).dht().provide(key));
    Node searcher = network.add(CONFIG, KadMode.CLIENT);
    List<Multiaddr> bootstrap = new ArrayList<>();
    bootstrap.add(nodes.get(3).address());
    for (Function<Stream, Mono<Void>> liar : liars) {
      bootstrap.add(address(liar(liar)));
    }

    BootstrapResult result = network.get(searcher.dht().bootstrap(bootstrap));

    assertThat(result).isEqualTo(new BootstrapResult(7, 7, 5));
    assertThat(network.all(searcher.dht().findProviders(key, 10)))
        .extracting(PeerInfo::id)
        .containsExactly(nodes.get(1).id());
  }

  @Test
  void aPeerThatNeverAnswersIsGivenUpAfterTheTimeout() {
    AtomicInteger open = new AtomicInteger();
    Host silent =
        liar(
            stream -> {
              open.incrementAndGet();
              return stream
                  .onClose()
                  .doFinally(signal -> open.decrementAndGet())
                  .then(Mono.never());
            });
    Node searcher = network.add(CONFIG, KadMode.CLIENT);

    long before = network.time().now(TimeUnit.MILLISECONDS);
    BootstrapResult result = network.get(searcher.dht().bootstrap(List.of(address(silent))));
    long took = network.time().now(TimeUnit.MILLISECONDS) - before;

    assertThat(result).isEqualTo(new BootstrapResult(1, 1, 0));
    assertThat(took).isBetween(10_000L, 10_500L);
    network.run(searcher.dht().close());
    network.pass(Duration.ofSeconds(15));
    assertThat(open.get()).isZero();
  }

  @Test
  void inventedPeersAreTriedAFewAtATimeAndTheSearchEnds() {
    List<Node> nodes = network.join(5, CONFIG);
    network.get(nodes.get(1).dht().provide(key));
    // Every answer names other peers that do not exist, at addresses where nobody listens.
    List<Host> liars = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      liars.add(answering(request -> response(request, invented(500), List.of())));
    }
    Node searcher = network.add(CONFIG, KadMode.CLIENT);
    List<Multiaddr> bootstrap = new ArrayList<>(List.of(nodes.get(0).address()));
    liars.forEach(liar -> bootstrap.add(address(liar)));
    network.get(searcher.dht().bootstrap(bootstrap));

    assertThat(network.all(searcher.dht().findProviders(key, 10)))
        .extracting(PeerInfo::id)
        .containsExactly(nodes.get(1).id());
    assertThat(searcher.dht().knownPeers()).isEqualTo(8);
  }

  @Test
  void aPeerNamedAtAnothersAddressIsNotTakenForIt() {
    List<Node> nodes = network.join(3, CONFIG);
    network.get(nodes.get(1).dht().provide(key));
    PeerId victim = RandomPeers.contact(network.random()).peer();
    PeerInfo wrong = new PeerInfo(victim, nodes.get(2).host().announcedAddresses());
    Host liar = answering(request -> response(request, List.of(wrong), List.of(wrong)));
    Node searcher = network.add(CONFIG, KadMode.CLIENT);
    network.get(searcher.dht().bootstrap(List.of(address(liar), nodes.get(0).address())));

    // What peers say of providers is passed on: whoever dials finds out.
    assertThat(network.all(searcher.dht().findProviders(key, 10)))
        .extracting(PeerInfo::id)
        .containsExactlyInAnyOrder(victim, nodes.get(1).id());
    assertThat(network.all(searcher.dht().closestPeers(key)))
        .extracting(PeerInfo::id)
        .doesNotContain(victim)
        .hasSize(4);
  }

  @Test
  void aPeerNamedAtAWrongAddressIsFoundAtItsRightOneAllTheSame() {
    List<Node> nodes = network.join(3, CONFIG);
    Multiaddr nobody = Multiaddr.parse("/ip4/127.0.0.1/tcp/1");
    Host liar =
        answering(
            request ->
                response(
                    request,
                    nodes.stream().map(n -> new PeerInfo(n.id(), List.of(nobody))).toList(),
                    List.of()));
    Node searcher = network.add(CONFIG, KadMode.CLIENT);
    network.get(searcher.dht().bootstrap(List.of(address(liar))));
    assertThat(searcher.dht().knownPeers()).isEqualTo(1);

    network.get(searcher.dht().bootstrap(List.of(nodes.get(0).address())));

    assertThat(searcher.dht().knownPeers()).isEqualTo(4);
  }

  @Test
  void hearsayDoesNotDisplaceWhatAPeerSaysOfItself() {
    List<Node> nodes = network.join(3, CONFIG);
    PeerInfo slandered = new PeerInfo(nodes.get(1).id(), invented(8).get(0).addresses());
    Host liar = answering(request -> response(request, List.of(slandered), List.of(slandered)));
    network.get(nodes.get(0).dht().bootstrap(List.of(address(liar))));

    network.all(nodes.get(0).dht().findProviders(key, 10));
    network.all(nodes.get(0).dht().closestPeers(key));

    assertThat(nodes.get(0).host().peerStore().addresses(nodes.get(1).id()))
        .isEqualTo(nodes.get(1).host().announcedAddresses());
  }

  @Test
  void aProviderNamedAtAWrongAddressIsKnownAtItsRightOneAllTheSame() {
    List<Node> nodes = network.join(3, CONFIG);
    Node provider = network.add(CONFIG, KadMode.CLIENT);
    network.get(provider.dht().bootstrap(List.of(nodes.get(0).address())));
    network.get(provider.dht().provide(key));
    Multiaddr nobody = Multiaddr.parse("/ip4/127.0.0.1/tcp/1");
    PeerInfo misplaced = new PeerInfo(provider.id(), List.of(nobody));
    Host liar = answering(request -> response(request, List.of(), List.of(misplaced)));
    Node searcher = network.add(CONFIG, KadMode.CLIENT);
    network.get(searcher.dht().bootstrap(List.of(address(liar), nodes.get(0).address())));

    List<PeerInfo> found = network.all(searcher.dht().findProviders(key, 10));

    assertThat(found).extracting(PeerInfo::id).containsOnlyOnce(provider.id());
    assertThat(searcher.host().peerStore().addresses(provider.id()))
        .contains(nobody)
        .containsAll(provider.host().announcedAddresses());
  }

  @Test
  void aFloodOfInventedProvidersEndsAtALimitAndHidesNoHonestOneThatWasFoundBefore() {
    List<Node> nodes = network.join(3, CONFIG);
    network.get(nodes.get(1).dht().provide(key));
    Host liar = answering(request -> response(request, List.of(), invented(9_000)));
    KadConfig few =
        CONFIG.withWalks(
            new WalkConfig(
                Duration.ofSeconds(10),
                Duration.ofSeconds(3),
                20,
                32,
                1024,
                1000,
                256,
                4 * 1024 * 1024,
                100,
                150));
    Node searcher = network.add(few, KadMode.CLIENT);
    network.get(searcher.dht().bootstrap(List.of(address(liar), nodes.get(0).address())));

    List<PeerInfo> found = network.all(searcher.dht().findProviders(key, 10_000));

    assertThat(found).hasSize(101);
    assertThat(found).extracting(PeerInfo::id).contains(nodes.get(1).id());
  }

  @Test
  void liarsThatAnswerFirstHideNoProviderFromASearchForFew() {
    List<Node> nodes = network.join(5, CONFIG);
    network.get(nodes.get(1).dht().provide(key));
    List<PeerInfo> honest =
        nodes.stream().map(n -> new PeerInfo(n.id(), n.host().announcedAddresses())).toList();
    AtomicInteger lies = new AtomicInteger();
    Function<KadRequest, KadResponse> lie =
        request -> {
          boolean asked = request instanceof KadRequest.GetProviders;
          lies.addAndGet(asked ? 1 : 0);
          return response(request, asked ? honest : List.of(), asked ? invented(20) : List.of());
        };
    List<Multiaddr> liars = List.of(address(answering(lie)), address(answering(lie)));
    Node searcher = network.add(CONFIG, KadMode.CLIENT);
    // Only the liars tell of the others, and only with their lies.
    network.get(searcher.dht().bootstrap(liars));
    assertThat(searcher.dht().knownPeers()).isEqualTo(2);

    List<PeerInfo> found = network.all(searcher.dht().findProviders(key, 20));

    assertThat(lies.get()).isEqualTo(2);
    assertThat(found).hasSize(20).extracting(PeerInfo::id).contains(nodes.get(1).id());
  }

  @Test
  void aPeerThatRefusesAnnouncementsIsNotCounted() {
    List<Node> nodes = network.join(3, CONFIG);
    Host refusing =
        liar(
            stream ->
                DelimitedMessages.decode(stream.receive(), 64 * 1024)
                    .concatMap(
                        bytes -> {
                          KadRequest request = CODEC.decodeRequest(bytes);
                          return request instanceof KadRequest.AddProvider
                              ? Mono.<Void>error(new IllegalStateException("no"))
                              : send(stream, response(request, List.of(), List.of()));
                        },
                        1)
                    .then());
    Node publisher = nodes.get(0);
    network.get(publisher.dht().bootstrap(List.of(address(refusing))));
    assertThat(publisher.dht().knownPeers()).isEqualTo(3);

    assertThat(network.get(publisher.dht().provide(key))).isEqualTo(2);
  }

  @Test
  void aSearchThatIsCancelledLeavesNoStreamOpen() {
    AtomicInteger open = new AtomicInteger();
    Host silent =
        liar(
            stream ->
                DelimitedMessages.decode(stream.receive(), 64 * 1024)
                    .concatMap(
                        bytes -> {
                          KadRequest request = CODEC.decodeRequest(bytes);
                          if (request instanceof KadRequest.FindNode) {
                            return send(stream, response(request, List.of(), List.of()));
                          }
                          open.incrementAndGet();
                          return stream.onClose().doFinally(signal -> open.decrementAndGet());
                        },
                        1)
                    .then());
    Node searcher = network.add(CONFIG, KadMode.CLIENT);
    network.get(searcher.dht().bootstrap(List.of(address(silent))));

    reactor.core.Disposable search = searcher.dht().findProviders(key, 1).subscribe();
    network.pass(Duration.ofSeconds(1));
    assertThat(open.get()).isEqualTo(1);
    search.dispose();
    network.pass(Duration.ofSeconds(1));

    assertThat(open.get()).isZero();
    assertThat(searcher.dht().knownPeers()).as("nobody is punished for it").isEqualTo(1);
  }

  private List<PeerInfo> invented(int count) {
    List<PeerInfo> peers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      PeerId id = RandomPeers.contact(network.random()).peer();
      peers.add(new PeerInfo(id, List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/" + (2 + i % 1000)))));
    }
    return peers;
  }

  private static KadResponse response(
      KadRequest request, List<PeerInfo> closer, List<PeerInfo> providers) {
    return new KadResponse(request.type(), request.key(), closer, providers);
  }

  private Host answering(Function<KadRequest, KadResponse> answers) {
    return liar(
        stream ->
            DelimitedMessages.decode(stream.receive(), 64 * 1024)
                .concatMap(bytes -> send(stream, answers.apply(CODEC.decodeRequest(bytes))), 1)
                .then());
  }

  private Host liar(Function<Stream, Mono<Void>> behaviour) {
    Host host = network.newHost();
    host.handle(CONFIG.protocol(), behaviour::apply);
    return host;
  }

  private static Multiaddr address(Host host) {
    return host.announcedAddresses().get(0).withPeerId(host.id());
  }

  private static Mono<Void> send(Stream stream, KadResponse response) {
    return sendRaw(stream, delimited(CODEC.encode(response, 4 * 1024 * 1024)));
  }

  private static byte[] delimited(byte[] message) {
    return ByteString.copyFrom(Varint.encode(message.length))
        .concat(ByteString.copyFrom(message))
        .toByteArray();
  }

  private static Mono<Void> sendRaw(Stream stream, byte[] bytes) {
    return stream.send(Flux.defer(() -> Flux.just(Unpooled.wrappedBuffer(bytes))));
  }
}
