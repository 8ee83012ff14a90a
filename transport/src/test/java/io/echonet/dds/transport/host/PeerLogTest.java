package io.echonet.dds.transport.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.echonet.dds.transport.AddressSource;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerRecord;
import io.echonet.dds.transport.SignedPeerRecord;
import io.echonet.dds.transport.disk.EntryLog;
import io.echonet.dds.transport.disk.UnknownVersionException;
import io.echonet.dds.transport.testing.FakeClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerLogTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int PEERS = 8;

  @TempDir Path folder;
  private Path file = Path.of("");
  private final FakeClock clock = new FakeClock();
  private final InMemoryPeerStore store = newStore();

  @BeforeEach
  void prepare() {
    file = folder.resolve("peers");
  }

  private InMemoryPeerStore newStore() {
    return InMemoryPeerStore.create(PeerStoreConfig.defaults(), clock);
  }

  private static Identity identity(int seed) {
    return Identity.generate(new Random(seed));
  }

  private static PeerId peer(int seed) {
    return identity(seed).peerId();
  }

  private static Multiaddr address(int port) {
    return Multiaddr.parse("/ip4/127.0.0.1/tcp/" + port);
  }

  private PeerLog open(InMemoryPeerStore into) throws IOException {
    return PeerLog.open(file, into, 100);
  }

  private InMemoryPeerStore reopened() throws IOException {
    InMemoryPeerStore again = newStore();
    open(again).close();
    return again;
  }

  private void meet(InMemoryPeerStore into, int seed) {
    into.dialled(peer(seed), address(seed));
    into.setProtocols(peer(seed), List.of("/a/1", "/b/" + seed));
  }

  private byte[] fileOfPeers() throws IOException {
    PeerLog log = open(store);
    for (int i = 1; i <= PEERS; i++) {
      meet(store, i);
      log.flush();
    }
    log.close();
    return Files.readAllBytes(file);
  }

  @Test
  void everythingButHearsayIsThereAfterARestart() throws IOException {
    PeerLog log = open(store);
    PeerRecord record = new PeerRecord(peer(1), 7, List.of(address(2)));
    store.addAddresses(peer(1), List.of(address(4)), HOUR.multipliedBy(9));
    store.addAddresses(peer(1), List.of(address(3)), AddressSource.TOLD, HOUR.multipliedBy(5));
    store.addCertified(SignedPeerRecord.seal(record, identity(1)), HOUR);
    store.addAddresses(peer(1), List.of(address(3)), AddressSource.TOLD, HOUR.multipliedBy(5));
    store.dialled(peer(1), address(1));
    store.setProtocols(peer(1), List.of("/a", "/b"));
    store.setAgentVersion(peer(1), "some/1");
    store.setPublicKey(peer(1), identity(1).publicKey());
    store.addRoundTrip(peer(1), Duration.ofMillis(30));
    store.addSuccess(peer(1));
    store.addAddresses(peer(2), List.of(address(9)), HOUR);
    log.close();

    InMemoryPeerStore again = reopened();
    assertThat(again.peers()).containsExactly(peer(1));
    assertThat(again.addresses(peer(1))).containsExactly(address(1), address(2), address(3));
    assertThat(again.protocols(peer(1))).containsExactlyInAnyOrder("/a", "/b");
    assertThat(again.agentVersion(peer(1))).contains("some/1");
    assertThat(again.latency(peer(1))).contains(Duration.ofMillis(30));
    assertThat(again.score(peer(1))).isCloseTo(2.0 / 3, within(0.001));
    PeerRecord older = new PeerRecord(peer(1), 6, List.of(address(5)));
    assertThat(again.addCertified(SignedPeerRecord.seal(older, identity(1)), HOUR)).isFalse();
    clock.advance(HOUR);
    assertThat(again.addresses(peer(1))).containsExactly(address(1), address(3));
  }

  @Test
  void whatIsFlushedNeedsNoClosing() throws IOException {
    PeerLog log = open(store);
    meet(store, 1);
    log.flush();

    assertThat(reopened().addresses(peer(1))).containsExactly(address(1));
    log.close();
  }

  @Test
  void aSignatureThatIsNotThePeersMakesAnAddressNoBetterThanSaid() throws IOException {
    PeerState forged =
        new PeerState(
            Map.of(
                address(1),
                Map.of(AddressSource.CERTIFIED, clock.millis() + HOUR.multipliedBy(9).toMillis()),
                address(2),
                Map.of(AddressSource.TOLD, clock.millis() + HOUR.multipliedBy(10).toMillis())),
            Set.of(),
            Optional.of(identity(2).publicKey()),
            Optional.empty(),
            ByteString.copyFrom(
                new PeerRecord(peer(2), 1, List.of(address(1))).seal(identity(2)).encode()),
            0,
            new PeerScore.State(Double.NaN, -1, Long.MAX_VALUE));
    PeerLogFormat.Entry entry =
        PeerLogFormat.decode(PeerLogFormat.encode(new PeerLogFormat.Entry(peer(1), forged)))
            .orElseThrow();

    store.restore(peer(1), Objects.requireNonNull(entry.state()));

    assertThat(store.addresses(peer(1))).containsExactly(address(2), address(1));
    assertThat(store.publicKey(peer(1))).contains(identity(1).publicKey());
    assertThat(store.score(peer(1))).isEqualTo(0.5);
  }

  @Test
  void whoIsForgottenStaysForgotten() throws IOException {
    PeerLog log = open(store);
    meet(store, 1);
    meet(store, 2);
    log.flush();
    store.forget(peer(1));
    log.close();

    assertThat(reopened().peers()).containsExactly(peer(2));
  }

  @Test
  void aWriteTornAnywhereCostsWhatWasTornAlone() throws IOException {
    byte[] whole = fileOfPeers();
    int last = -1;
    for (int length = 0; length <= whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      InMemoryPeerStore again = newStore();
      PeerLog log = open(again);
      int kept = again.peers().size();
      assertThat(kept).isBetween(Math.max(0, last), last + 1);
      assertThat(again.addresses(peer(1))).hasSize(kept > 0 ? 1 : 0);
      last = kept;
      if (length % 50 == 0) {
        meet(again, 50);
        log.close();
        assertThat(reopened().peers()).hasSize(kept + 1).contains(peer(50));
      } else {
        log.close();
      }
    }
    assertThat(last).isEqualTo(PEERS);
  }

  @Test
  void aBitThatTurnedOverCostsOnePeerAtMostAndIsMendedByTheNextWrite() throws IOException {
    byte[] whole = fileOfPeers();
    Random random = new Random(3);
    int damages = 0;
    for (int i = 0; i < 150; i++) {
      byte[] damaged = whole.clone();
      int at = i < 40 ? i : random.nextInt(whole.length);
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);

      InMemoryPeerStore again = newStore();
      open(again).close();

      assertThat(again.peers().size()).isBetween(PEERS - 1, PEERS);
      damages += PEERS - again.peers().size();
      InMemoryPeerStore mended = reopened();
      assertThat(mended.peers()).isEqualTo(again.peers());
    }
    assertThat(damages).isGreaterThan(90);
  }

  @Test
  void aFileOfALaterVersionIsLeftAlone() throws IOException {
    EntryLog.open(file, new EntryLog.Kind("dds-prs", 2, 100), body -> {}).close();
    byte[] later = Files.readAllBytes(file);

    assertThatThrownBy(() -> open(newStore()))
        .isInstanceOf(UnknownVersionException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("version 2");
    assertThat(Files.readAllBytes(file)).isEqualTo(later);
  }

  @Test
  void aFileOfAnotherKindIsPutAside() throws IOException {
    Files.writeString(file, "something else altogether, and longer than a header is");

    fileOfPeers();

    assertThat(reopened().peers()).hasSize(PEERS);
    assertThat(folder.resolve("peers.damaged")).content().startsWith("something else");
  }

  @Test
  void nobodyElseMayReadIt() throws IOException {
    fileOfPeers();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void renewalsDoNotMakeTheFileGrowForever() throws IOException {
    PeerLog log = open(store);
    for (int round = 0; round < 2_000; round++) {
      for (int i = 1; i <= 8; i++) {
        store.setAgentVersion(peer(i), "x".repeat(200) + round);
      }
      log.flush();
    }
    log.close();

    assertThat(Files.size(file)).isBetween(1_000L, 1024 * 1024 + 100_000L);
    assertThat(reopened().agentVersion(peer(3)).orElseThrow()).endsWith("x1999");
  }

  @Test
  void aClockThatWasWrongKeepsNoAddressForever() throws IOException {
    clock.advance(Duration.ofDays(1_000));
    fileOfPeers();
    clock.advance(Duration.ofDays(-1_000));

    InMemoryPeerStore again = reopened();
    assertThat(again.addresses(peer(1))).containsExactly(address(1));
    clock.advance(PeerStoreConfig.defaults().maxAddressLife());
    assertThat(again.addresses(peer(1))).isEmpty();
  }

  @Test
  void aFolderThatHasGoneStopsTheWritingAndNothingElse() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    PeerLog log = PeerLog.open(inner.resolve("peers"), store, 100);
    Files.delete(inner.resolve("peers"));
    Files.delete(inner);
    for (int i = 0; i < 5_000; i++) {
      store.setAgentVersion(peer(1), "x".repeat(230) + i);
      log.flush();
    }
    Files.createDirectory(inner);
    log.close();

    InMemoryPeerStore again = newStore();
    PeerLog.open(inner.resolve("peers"), again, 100).close();
    assertThat(again.agentVersion(peer(1))).isEqualTo(store.agentVersion(peer(1)));
  }

  @Test
  void ofTooManyPeersThoseWrittenLastAreRead() throws IOException {
    fileOfPeers();
    InMemoryPeerStore again = newStore();
    PeerLog.open(file, again, 3).close();

    assertThat(again.peers()).containsExactlyInAnyOrder(peer(6), peer(7), peer(8));
  }
}
