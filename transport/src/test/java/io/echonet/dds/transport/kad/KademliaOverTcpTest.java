package io.echonet.dds.transport.kad;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.ContentRouting.Provided;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.host.HostConfig;
import io.echonet.dds.transport.host.Hosts;
import io.echonet.dds.transport.testing.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The same over real sockets, on real time and several threads. */
class KademliaOverTcpTest {
  private final Random random = new Random(3);
  private final List<Host> hosts = new ArrayList<>();
  private final List<KademliaDht> dhts = new ArrayList<>();

  @AfterEach
  void close() {
    dhts.forEach(dht -> dht.close().block(Await.TIMEOUT));
    Flux.fromIterable(hosts).flatMap(Host::close).blockLast(Await.TIMEOUT);
  }

  @Test
  void nodesFindEachOtherAndWhatTheyProvideAlsoAfterOneHasGone() {
    for (int i = 0; i < 5; i++) {
      add(KadMode.SERVER);
    }
    Multiaddr first = address(0);
    for (int i = 1; i < 5; i++) {
      BootstrapResult result = get(dhts.get(i).bootstrap(List.of(first)));
      assertThat(result.reached()).isEqualTo(1);
    }
    Await.until("all know all", () -> dhts.stream().allMatch(dht -> dht.knownPeers() == 4));

    List<Multihash> keys = new ArrayList<>();
    for (int i = 0; i < 1200; i++) {
      keys.add(RandomPeers.multihash(random));
    }
    List<Provided> provided = get(dhts.get(2).provideAll(Flux.fromIterable(keys)).collectList());
    assertThat(provided).hasSize(1200).allSatisfy(p -> assertThat(p.peers()).isEqualTo(4));

    hosts.get(1).close().block(Await.TIMEOUT);
    add(KadMode.CLIENT);
    get(dhts.get(5).bootstrap(List.of(address(3), address(1))));
    Flux.fromIterable(keys.subList(0, 40))
        .flatMap(key -> dhts.get(5).findProviders(key, 5).collectList(), 10)
        .doOnNext(
            found ->
                assertThat(found)
                    .containsExactly(
                        new PeerInfo(hosts.get(2).id(), hosts.get(2).announcedAddresses())))
        .blockLast(Await.TIMEOUT);
    assertThat(get(dhts.get(4).findPeer(hosts.get(5).id())).addresses())
        .isEqualTo(hosts.get(5).announcedAddresses());
  }

  private void add(KadMode mode) {
    Host host = get(Hosts.create(Identity.generate(random), HostConfig.defaults()));
    get(host.listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")));
    hosts.add(host);
    dhts.add(KademliaDht.start(host, KadConfig.defaults(), mode));
  }

  private Multiaddr address(int index) {
    Host host = hosts.get(index);
    return host.announcedAddresses().get(0).withPeerId(host.id());
  }

  private static <T> T get(Mono<T> mono) {
    T value = mono.block(Await.TIMEOUT);
    if (value == null) {
      throw new AssertionError("completed empty");
    }
    return value;
  }
}
