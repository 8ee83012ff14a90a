package io.echonet.dds.transport.host;

import static io.echonet.dds.transport.testing.Await.TIMEOUT;
import static io.echonet.dds.transport.testing.HostContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.HostEvent;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.identify.IdentifyConfig;
import io.echonet.dds.transport.identify.ObservationConfig;
import io.echonet.dds.transport.testing.Await;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** A host behind a translator of addresses, which its peers dial: they see what it can't. */
class ObservedAddressTest {
  private static final ObservationConfig LOCAL =
      ObservationConfig.defaults().withObservers(3).withLocalToo(true).withGroupBits(32, 128);

  private final List<Host> hosts = new ArrayList<>();
  private final Queue<HostEvent> identified = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() {
    Flux.fromIterable(hosts).flatMap(Host::close, 16, 1).blockLast(TIMEOUT);
  }

  private static HostConfig config(ObservationConfig observation) {
    return HostConfig.defaults()
        .withEventLoops(1)
        .withIdentify(IdentifyConfig.defaults().withObservation(observation));
  }

  private Host newHost(HostConfig config) {
    Host host = await(Hosts.create(Identity.generate(), config));
    hosts.add(host);
    await(host.listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")));
    host.events().filter(HostEvent.Identified.class::isInstance).subscribe(identified::add);
    return host;
  }

  /** One more peer that has dialled {@code host} through {@code translator}, and is heard out. */
  private Host dialThrough(StallingRelay translator, Host host) {
    Host peer = newHost(config(ObservationConfig.defaults()));
    await(peer.connect(translator.address().withPeerId(host.id())));
    Await.until(
        "the host knows the peer",
        () -> identified.stream().anyMatch(event -> event.peer().equals(peer.id())));
    return peer;
  }

  @Test
  void whereEnoughPeersSeeAHostItIsAnnouncedAndPushed() throws IOException {
    Host host = newHost(config(LOCAL));
    List<Multiaddr> listening = host.listenAddresses();
    try (StallingRelay translator = StallingRelay.ofManySources(listening.get(0))) {
      Host first = dialThrough(translator, host);
      dialThrough(translator, host);
      assertThat(host.announcedAddresses()).isEqualTo(listening);

      dialThrough(translator, host);

      assertThat(host.announcedAddresses()).containsExactly(listening.get(0), translator.address());
      Await.until(
          "the peers are told",
          () -> first.peerStore().addresses(host.id()).contains(translator.address()));
    }
  }

  @Test
  void peersOfOneAddressAreNotEnough() throws IOException {
    Host host = newHost(config(LOCAL));
    try (StallingRelay translator = new StallingRelay(host.listenAddresses().get(0))) {
      for (int i = 0; i < 4; i++) {
        dialThrough(translator, host);
      }

      assertThat(host.announcedAddresses()).isEqualTo(host.listenAddresses());
    }
  }

  @Test
  void loopbackAddressesAreNotBelievedByDefault() throws IOException {
    Host host = newHost(config(LOCAL.withLocalToo(false)));
    try (StallingRelay translator = StallingRelay.ofManySources(host.listenAddresses().get(0))) {
      for (int i = 0; i < 4; i++) {
        dialThrough(translator, host);
      }

      assertThat(host.announcedAddresses()).isEqualTo(host.listenAddresses());
    }
  }

  @Test
  void whoHasBeenToldWhatToAnnounceAnnouncesThatAlone() throws IOException {
    List<Multiaddr> told = List.of(Multiaddr.parse("/ip4/192.0.2.7/tcp/4001"));
    Host host = newHost(config(LOCAL).withAnnouncedAddresses(told));
    try (StallingRelay translator = StallingRelay.ofManySources(host.listenAddresses().get(0))) {
      for (int i = 0; i < 4; i++) {
        dialThrough(translator, host);
      }

      assertThat(host.announcedAddresses()).isEqualTo(told);
    }
  }
}
