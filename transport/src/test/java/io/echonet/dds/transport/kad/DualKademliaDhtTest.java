package io.echonet.dds.transport.kad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.RecordException;
import io.echonet.dds.transport.kad.KadNetwork.Node;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

class DualKademliaDhtTest {
  private static final byte[] KEY = "/seq/x".getBytes(StandardCharsets.UTF_8);
  private static final KadConfig WAN = withValues(KadConfig.wan());
  private static final KadConfig LAN = withValues(KadConfig.lan());

  private final KadNetwork network = new KadNetwork(50);
  private final Multihash key = RandomPeers.multihash(network.random());
  private final Node far = network.add(listening("/ip4/1.2.3.4/tcp/4001"), WAN, KadMode.SERVER);
  private final Node near = network.add(listening("/ip4/10.0.0.2/tcp/4001"), LAN, KadMode.SERVER);
  private final Host host = listening("/ip4/10.0.0.1/tcp/4001", "/ip4/9.8.7.6/tcp/4001");
  private final DualKademliaDht both =
      DualKademliaDht.of(
          network.add(host, WAN, KadMode.SERVER).dht(),
          network.add(host, LAN, KadMode.SERVER).dht(),
          WAN,
          network.time());

  private static KadConfig withValues(KadConfig config) {
    return config.withValues(config.values().withValidator(NewestWins.NAMESPACE, new NewestWins()));
  }

  private Host listening(String... addresses) {
    Host silent = network.links().newSilentHost();
    for (String address : addresses) {
      network.get(silent.listen(Multiaddr.parse(address)));
    }
    return silent;
  }

  @BeforeEach
  void join() {
    BootstrapResult result = network.get(both.bootstrap(List.of(far.address(), near.address())));
    assertThat(result).isEqualTo(new BootstrapResult(2, 2, 2));
  }

  @AfterEach
  void close() {
    network.run(both.close());
    network.run(both.onClose());
    network.close();
  }

  @Test
  void eachNetworkHasTheAddressesOfItsKindAlone() {
    assertThat(both.wan().knownPeers()).isEqualTo(1);
    assertThat(both.lan().knownPeers()).isEqualTo(1);
    assertThat(network.get(both.provide(key))).isEqualTo(2);

    assertThat(network.all(far.dht().findProviders(key, 5)))
        .containsExactly(info(host, "/ip4/9.8.7.6/tcp/4001"));
    assertThat(network.all(near.dht().findProviders(key, 5)))
        .containsExactly(info(host, "/ip4/10.0.0.1/tcp/4001"));
  }

  @Test
  void manyKeysGoToBothNetworks() {
    List<Multihash> keys =
        IntStream.range(0, 50).mapToObj(i -> RandomPeers.multihash(network.random())).toList();

    assertThat(network.all(both.provideAll(Flux.fromIterable(keys))))
        .hasSize(50)
        .allSatisfy(provided -> assertThat(provided.peers()).isEqualTo(2));
  }

  @Test
  void whatEitherNetworkKnowsIsFound() {
    network.get(far.dht().provide(key));
    network.get(near.dht().provide(key));

    assertThat(network.all(both.findProviders(key, 5)))
        .extracting(PeerInfo::id)
        .containsExactlyInAnyOrder(far.id(), near.id());
    assertThat(network.all(both.findProviders(key, 1))).hasSize(1);
    assertThat(network.get(both.findPeer(far.id())).addresses())
        .isEqualTo(far.host().announcedAddresses());
    assertThat(network.get(both.findPeer(near.id())).addresses())
        .isEqualTo(near.host().announcedAddresses());
    assertThat(network.all(both.closestPeers(key)))
        .extracting(PeerInfo::id)
        .containsExactlyElementsOf(
            RandomPeers.nearest(List.of(far.contact(), near.contact()), KadKey.of(key), 2).stream()
                .map(Contact::peer)
                .toList());
  }

  @Test
  void theBetterValueOfTheTwoNetworksIsTaken() {
    network.run(far.dht().putValue(KEY, new byte[] {5}));
    network.run(near.dht().putValue(KEY, new byte[] {3}));
    assertThat(network.get(both.getValue(KEY))).containsExactly(5);

    assertThatExceptionOfType(RecordException.class)
        .isThrownBy(() -> network.run(both.putValue(KEY, new byte[] {2})));
    network.run(both.putValue(KEY, new byte[] {7}));
    assertThat(network.get(near.dht().getValue(KEY))).containsExactly(7);
    assertThat(network.get(far.dht().getValue(KEY))).containsExactly(7);
  }

  @Test
  void nothingIsFoundWhereNeitherHasAValueHoweverLateItIsAskedFor() {
    AtomicBoolean isOver = new AtomicBoolean();
    BaseSubscriber<byte[]> late =
        new BaseSubscriber<>() {
          @Override
          protected void hookOnSubscribe(Subscription subscription) {}

          @Override
          protected void hookOnComplete() {
            isOver.set(true);
          }
        };
    both.getValue(KEY).subscribe(late);
    network.pass(Duration.ofMinutes(2));
    late.request(1);
    network.pass(Duration.ofMinutes(2));

    assertThat(isOver).isTrue();
  }

  @Test
  void aPublicKeyIsFoundInEither() {
    Identity somebody = Identity.generate(network.random());
    byte[] name = PublicKeyValidator.key(somebody.peerId()).toByteArray();
    network.run(near.dht().putValue(name, somebody.publicKey().encode()));

    assertThat(network.get(both.getValue(name))).isEqualTo(somebody.publicKey().encode());
  }

  private static PeerInfo info(Host host, String address) {
    return new PeerInfo(host.id(), List.of(Multiaddr.parse(address)));
  }
}
