package io.echonet.dds.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.ContentDetails;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.testing.FakeRouting;
import io.echonet.dds.testing.HeapStore;
import io.echonet.dds.testing.VirtualTime;
import io.echonet.dds.transport.AddressSource;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.PeerStore;
import io.echonet.dds.transport.testing.InMemoryNetwork;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DiscoveryTest {
  private static final DiscoveryConfig CONFIG = DiscoveryConfig.defaults();

  private final VirtualTime time = new VirtualTime();
  private final InMemoryNetwork network = InMemoryNetwork.create(time.scheduler(), 1);
  private final Host host = network.newHost();
  private final HeapStore store = new HeapStore(time.scheduler());
  private final FakeRouting routing = new FakeRouting(time.scheduler(), Duration.ofMillis(100));

  @AfterEach
  void close() {
    time.run(network.close());
  }

  private Discovery start(DiscoveryConfig config) {
    return Discovery.start(routing.join(host), host.peerStore(), store, config, time.scheduler());
  }

  private static Chunk chunk(int i) {
    return Chunk.of(new byte[] {(byte) i, (byte) (i >> 8)});
  }

  private static Manifest manifest() {
    List<Cid> cids = Collections.nCopies(2, chunk(1).cid());
    return Manifest.of(cids, new byte[32], 2L * Chunk.MAX_BYTES, ContentDetails.none());
  }

  private void put(int count) {
    for (int i = 0; i < count; i++) {
      store.put(chunk(i));
    }
  }

  private boolean isAnnounced(Chunk chunk) {
    return routing.providers(chunk.cid().multihash()).contains(host.id());
  }

  @Test
  void whatIsStoredIsAnnouncedAtStart() {
    put(20);
    Discovery discovery = start(CONFIG);
    time.until("all are announced", () -> routing.announced().size() == 20);
    time.run(discovery.close());
  }

  @Test
  void whatIsStoredIsAnnouncedAgainAtIntervals() {
    put(3);
    Discovery discovery = start(CONFIG.withPauses(Duration.ofSeconds(1), Duration.ofMinutes(5)));
    time.pass(Duration.ofMinutes(11));
    assertThat(routing.announced()).hasSize(9);
    time.run(discovery.close());
  }

  @Test
  void aManifestGoesAheadOfAllChunks() {
    Discovery discovery = start(CONFIG);
    for (int i = 0; i < 100; i++) {
      discovery.announce(chunk(i));
    }
    discovery.announce(manifest().chunk());
    time.until("the manifest is announced", () -> isAnnounced(manifest().chunk()));
    assertThat(routing.announced()).hasSizeLessThan(5);
    time.until("all are announced", () -> routing.announced().size() == 101);
    assertThat(discovery.pendingAnnouncements()).isZero();
    time.run(discovery.close());
  }

  @Test
  void whatNobodyTookIsTriedAgain() {
    put(2);
    routing.setDown(true);
    Discovery discovery = start(CONFIG);
    discovery.announce(chunk(5));
    discovery.announce(manifest().chunk());
    time.pass(Duration.ofMinutes(1));
    assertThat(routing.announced()).isEmpty();
    routing.setDown(false);
    time.until(
        "all are announced",
        () ->
            isAnnounced(chunk(0))
                && isAnnounced(chunk(1))
                && isAnnounced(chunk(5))
                && isAnnounced(manifest().chunk()));
    time.run(discovery.close());
  }

  @Test
  void aNodeThatStartsBeforeItHasJoinedAnnouncesItsStoreSoonAfter() {
    put(2);
    routing.setDown(true);
    Discovery discovery = start(CONFIG);
    time.pass(Duration.ofSeconds(2));
    routing.setDown(false);
    time.pass(Duration.ofSeconds(2));
    assertThat(isAnnounced(chunk(0)) && isAnnounced(chunk(1))).isTrue();
    time.run(discovery.close());
  }

  @Test
  void whatTheQueueHasNoRoomForIsNotForgotten() {
    Discovery discovery =
        start(CONFIG.withQueue(10, 4).withPauses(Duration.ofSeconds(1), Duration.ofHours(22)));
    time.pass(Duration.ofSeconds(1));
    put(200);
    for (int i = 0; i < 200; i++) {
      discovery.announce(chunk(i));
    }
    assertThat(discovery.pendingAnnouncements()).isLessThanOrEqualTo(10);
    time.until(
        "all are announced",
        () ->
            store.cids().stream()
                .map(c -> c.multihash())
                .allMatch(key -> routing.providers(key).contains(host.id())));
    time.run(discovery.close());
  }

  @Test
  void nothingIsAnnouncedAfterTheEnd() {
    put(50);
    Discovery discovery = start(CONFIG.withPauses(Duration.ofSeconds(1), Duration.ofMinutes(1)));
    time.pass(Duration.ofMillis(350));
    time.run(discovery.close());
    int before = routing.announced().size();
    discovery.announce(chunk(60));
    time.pass(Duration.ofMinutes(3));
    assertThat(before).isPositive();
    assertThat(routing.announced()).hasSize(before);
  }

  @Test
  void addressesOfFoundPeersAreKnownToThePeerStore() {
    Host other = network.newHost();
    routing.put(chunk(1).cid().multihash(), other);
    Discovery discovery = start(CONFIG);
    List<PeerInfo> found = time.get(discovery.findProviders(chunk(1).cid()).collectList());
    assertThat(found).extracting(PeerInfo::id).containsExactly(other.id());
    assertThat(host.peerStore().addresses(other.id())).isEqualTo(other.announcedAddresses());
    time.run(discovery.close());
  }

  @Test
  void aSearchThatIsLiedToForgetsNothingThatIsBetterKnown() {
    Host other = network.newHost();
    routing.put(chunk(1).cid().multihash(), other);
    PeerStore known = host.peerStore();
    List<Multiaddr> proven = List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/9"));
    known.addAddresses(other.id(), proven, AddressSource.DIALLED, Duration.ofMinutes(1));
    Discovery discovery = start(CONFIG);

    time.get(discovery.findProviders(chunk(1).cid()).collectList());

    assertThat(known.addresses(other.id()))
        .startsWith(proven.get(0))
        .containsAll(other.announcedAddresses());
    time.run(discovery.close());
  }

  @Test
  void cancellingASearchEndsTheWalk() {
    Discovery discovery = start(CONFIG);
    discovery.findProviders(chunk(1).cid()).subscribe().dispose();
    assertThat(routing.walking()).isZero();
    time.run(discovery.close());
  }
}
