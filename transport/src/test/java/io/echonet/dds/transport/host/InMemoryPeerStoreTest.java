package io.echonet.dds.transport.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.AddressSource;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerRecord;
import io.echonet.dds.transport.SignedPeerRecord;
import io.echonet.dds.transport.testing.FakeClock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InMemoryPeerStoreTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final FakeClock clock = new FakeClock();
  private final InMemoryPeerStore store =
      InMemoryPeerStore.create(
          PeerStoreConfig.defaults().withMaxPeers(3).withMaxAddressesPerPeer(3), clock);

  private static Identity identity(int seed) {
    return Identity.generate(new Random(seed));
  }

  private static PeerId peer(int seed) {
    return identity(seed).peerId();
  }

  private static Multiaddr address(int port) {
    return Multiaddr.parse("/ip4/127.0.0.1/tcp/" + port);
  }

  @Test
  void addressesExpire() {
    store.addAddresses(peer(1), List.of(address(1)), HOUR);
    store.addAddresses(peer(1), List.of(address(2)), HOUR.multipliedBy(2));

    clock.advance(HOUR);

    assertThat(store.addresses(peer(1))).containsExactly(address(2));
    clock.advance(HOUR);
    assertThat(store.addresses(peer(1))).isEmpty();
    assertThat(store.peers()).isEmpty();
  }

  private static SignedPeerRecord record(long sequence, int... ports) {
    List<Multiaddr> addresses = IntStream.of(ports).mapToObj(port -> address(port)).toList();
    return SignedPeerRecord.seal(new PeerRecord(peer(1), sequence, addresses), identity(1));
  }

  private static List<Multiaddr> addresses(int from, int count) {
    return IntStream.range(from, from + count).mapToObj(port -> address(port)).toList();
  }

  @Test
  void confirmedComesBeforeSignedBeforeToldBeforeHeard() {
    PeerStoreConfig roomy = PeerStoreConfig.defaults();
    InMemoryPeerStore all = InMemoryPeerStore.create(roomy, clock);
    all.addAddresses(peer(1), List.of(address(1)), AddressSource.HEARD, HOUR.multipliedBy(100));
    all.addCertified(record(5, 3), HOUR.multipliedBy(2));
    all.addAddresses(peer(1), List.of(address(2)), AddressSource.TOLD, HOUR.multipliedBy(50));
    all.addAddresses(peer(1), List.of(address(4)), AddressSource.DIALLED, HOUR);

    assertThat(all.addresses(peer(1)))
        .containsExactly(address(4), address(3), address(2), address(1));
  }

  @Test
  void hearsayDisplacesNothingThatIsBetterKnown() {
    store.addAddresses(peer(1), List.of(address(1)), AddressSource.DIALLED, HOUR);
    store.addCertified(record(5, 2), HOUR);
    store.addAddresses(peer(1), List.of(address(3)), AddressSource.TOLD, HOUR);

    store.addAddresses(peer(1), addresses(100, 1_000), HOUR.multipliedBy(100));

    assertThat(store.addresses(peer(1))).containsExactly(address(1), address(2), address(3));
  }

  @Test
  void whatThePeerSaysDisplacesNothingThatItWasReachedAtOrHasSigned() {
    store.addAddresses(peer(1), List.of(address(1)), AddressSource.DIALLED, HOUR);
    store.addCertified(record(5, 2), HOUR);

    store.addAddresses(peer(1), addresses(100, 50), AddressSource.TOLD, HOUR.multipliedBy(9));

    assertThat(store.addresses(peer(1))).hasSize(3).startsWith(address(1), address(2));
  }

  @Test
  void anAddressThatIsHeardOfAgainLivesNoLongerAsConfirmed() {
    store.addAddresses(peer(1), List.of(address(1)), AddressSource.DIALLED, HOUR);
    store.addAddresses(peer(1), List.of(address(2)), AddressSource.TOLD, HOUR.multipliedBy(3));
    store.addAddresses(peer(1), List.of(address(1)), HOUR.multipliedBy(9));
    assertThat(store.addresses(peer(1))).containsExactly(address(1), address(2));

    clock.advance(HOUR);

    assertThat(store.addresses(peer(1))).containsExactly(address(2), address(1));
  }

  @Test
  void renewingDoesNotRenewHearsay() {
    store.addAddresses(peer(1), List.of(address(1)), HOUR);
    store.addAddresses(peer(1), List.of(address(2)), AddressSource.TOLD, HOUR);
    store.renewAddresses(peer(1), HOUR.multipliedBy(3));

    clock.advance(HOUR);

    assertThat(store.addresses(peer(1))).containsExactly(address(2));
  }

  @Test
  void aPeerThatWasReachedElsewhereIsNoLongerWhereItWasNot() {
    store.dialled(peer(1), address(1));
    store.dialFailed(peer(1), address(1));
    assertThat(store.addresses(peer(1))).containsExactly(address(1));

    store.dialled(peer(1), address(2));

    assertThat(store.addresses(peer(1))).containsExactly(address(2));
  }

  @Test
  void madeUpPeersDisplaceNobodyWhoHasProvenItself() {
    PeerStoreConfig small = PeerStoreConfig.defaults().withMaxPeers(8);
    InMemoryPeerStore eight = InMemoryPeerStore.create(small, clock);
    for (int i = 0; i < 6; i++) {
      eight.addAddresses(peer(i), List.of(address(i)), AddressSource.DIALLED, HOUR);
    }

    for (int i = 100; i < 200; i++) {
      eight.addAddresses(peer(i), List.of(address(i)), HOUR);
    }

    assertThat(eight.peers())
        .hasSize(8)
        .contains(peer(0), peer(1), peer(2), peer(3), peer(4), peer(5))
        .contains(peer(198), peer(199));
  }

  @Test
  void oldAcquaintancesLeaveRoomToHearOfOthers() {
    PeerStoreConfig small = PeerStoreConfig.defaults().withMaxPeers(8);
    InMemoryPeerStore eight = InMemoryPeerStore.create(small, clock);
    for (int i = 0; i < 20; i++) {
      eight.setAgentVersion(peer(i), "known");
    }

    eight.addAddresses(peer(30), List.of(address(30)), HOUR);
    eight.setAgentVersion(peer(21), "one more");

    assertThat(eight.peers()).hasSize(7).contains(peer(30), peer(21), peer(19), peer(15));
  }

  @Test
  void whatAPeerClaimsTakesNoMoreThanItsBytes() {
    PeerStoreConfig tight =
        PeerStoreConfig.defaults().withMaxBytesPerPeer(8 * 1024).withMaxAddressesPerPeer(1_000);
    InMemoryPeerStore bounded = InMemoryPeerStore.create(tight, clock);

    bounded.setProtocols(
        peer(1), IntStream.range(0, 100).mapToObj(i -> "/" + i + "x".repeat(200)).toList());
    bounded.addAddresses(peer(1), addresses(1, 1_000), AddressSource.TOLD, HOUR);
    bounded.addCertified(record(1, IntStream.range(1, 1_000).toArray()), HOUR);

    assertThat(bounded.bytes()).isBetween(2_000L, 8 * 1024L);
    assertThat(bounded.protocols(peer(1))).isNotEmpty();
    assertThat(bounded.addresses(peer(1))).isNotEmpty();
  }

  @Test
  void pastTheBytesOfAllTheLeastRecentlyUsedPeerGoes() {
    PeerStoreConfig tight =
        PeerStoreConfig.defaults().withMaxBytesPerPeer(4 * 1024).withMaxBytes(16 * 1024);
    InMemoryPeerStore bounded = InMemoryPeerStore.create(tight, clock);

    for (int i = 0; i < 100; i++) {
      bounded.setProtocols(peer(i), List.of("/" + "x".repeat(250), "/" + "y".repeat(250)));
    }

    assertThat(bounded.bytes()).isBetween(8 * 1024L, 16 * 1024L);
    assertThat(bounded.peers()).contains(peer(99), peer(90)).doesNotContain(peer(0), peer(50));
  }

  @Test
  void noAddressOutlivesTheLongestLifeHoweverTheClockIsSet() {
    store.addAddresses(peer(1), List.of(address(1)), Duration.ofDays(10_000));
    clock.advance(Duration.ofDays(-1_000));
    assertThat(store.addresses(peer(1))).containsExactly(address(1));

    clock.advance(PeerStoreConfig.defaults().maxAddressLife());

    assertThat(store.addresses(peer(1))).isEmpty();
  }

  @Test
  void whatAPeerHasSignedComesFirstAndIsNotPushedOutByHearsay() {
    store.addAddresses(peer(1), List.of(address(1)), HOUR.multipliedBy(9));
    assertThat(store.addCertified(record(1, 2), HOUR)).isTrue();
    store.addAddresses(peer(1), List.of(address(3), address(4), address(5)), HOUR.multipliedBy(8));

    assertThat(store.addresses(peer(1))).hasSize(3).startsWith(address(2), address(1));
  }

  @Test
  void aNewerRecordTakesThePlaceOfTheOneBefore() {
    store.addCertified(record(5, 1, 2), HOUR);

    assertThat(store.addCertified(record(4, 3), HOUR)).isFalse();
    assertThat(store.addresses(peer(1))).containsExactly(address(1), address(2));
    assertThat(store.addCertified(record(6, 2, 3), HOUR)).isTrue();
    assertThat(store.addresses(peer(1))).containsExactly(address(2), address(3));
  }

  @Test
  void sequencesAreUnsigned() {
    store.addCertified(record(Long.MAX_VALUE, 1), HOUR);

    assertThat(store.addCertified(record(-1, 2), HOUR)).isTrue();
    assertThat(store.addCertified(record(Long.MAX_VALUE, 1), HOUR)).isFalse();
    assertThat(store.addresses(peer(1))).containsExactly(address(2));
  }

  @Test
  void theSameRecordAgainOnlyExtendsItsAddresses() {
    store.addCertified(record(5, 1), HOUR);
    assertThat(store.addCertified(record(5, 2), HOUR.multipliedBy(3))).isTrue();

    clock.advance(HOUR.multipliedBy(2));

    assertThat(store.addresses(peer(1))).containsExactly(address(1));
  }

  @Test
  void anOldRecordIsOldThoughItsAddressesHaveExpired() {
    store.addCertified(record(5, 1), HOUR);
    clock.advance(HOUR);

    assertThat(store.addresses(peer(1))).isEmpty();
    assertThat(store.addCertified(record(4, 2), HOUR)).isFalse();
    assertThat(store.addresses(peer(1))).isEmpty();
  }

  @Test
  void recordsAreCutToWhatIsKeptOfAPeer() {
    store.addCertified(record(5, 1, 2, 3, 4, 5), HOUR);

    assertThat(store.addresses(peer(1))).containsExactly(address(1), address(2), address(3));
  }

  @Test
  void aLaterWordExtendsAnAddressAndAnEarlierDoesNotShortenIt() {
    store.addAddresses(peer(1), List.of(address(1)), HOUR);
    store.addAddresses(peer(1), List.of(address(1)), HOUR.multipliedBy(3));
    store.addAddresses(peer(1), List.of(address(1)), Duration.ofMinutes(1));

    clock.advance(HOUR.multipliedBy(2));

    assertThat(store.addresses(peer(1))).containsExactly(address(1));
  }

  @Test
  void addressesAreKeptWithoutThePeerId() {
    store.addAddresses(peer(1), List.of(address(1).withPeerId(peer(1)), address(1)), HOUR);

    assertThat(store.addresses(peer(1))).containsExactly(address(1));
  }

  @Test
  void theLongestLivedAddressComesFirst() {
    store.addAddresses(peer(1), List.of(address(1)), HOUR);
    store.addAddresses(peer(1), List.of(address(2)), HOUR.multipliedBy(3));
    store.addAddresses(peer(1), List.of(address(3)), HOUR.multipliedBy(2));

    assertThat(store.addresses(peer(1))).containsExactly(address(2), address(3), address(1));
  }

  @Test
  void pastTheBoundTheAddressThatExpiresFirstGoes() {
    store.addAddresses(peer(1), List.of(address(1)), HOUR);
    store.addAddresses(peer(1), List.of(address(2), address(3), address(4)), HOUR.multipliedBy(2));

    assertThat(store.addresses(peer(1))).containsExactly(address(2), address(3), address(4));
  }

  @Test
  void pastTheBoundTheLeastRecentlyUsedPeerGoes() {
    for (int i = 1; i <= 3; i++) {
      store.addAddresses(peer(i), List.of(address(i)), HOUR);
    }
    store.addresses(peer(1));

    store.setAgentVersion(peer(4), "newest");

    assertThat(store.peers()).containsExactlyInAnyOrder(peer(1), peer(3), peer(4));
  }

  @Test
  void aProtectedPeerStays() {
    store.protect(peer(1));
    store.setAgentVersion(peer(1), "protected");
    for (int i = 2; i <= 10; i++) {
      store.setAgentVersion(peer(i), "other");
    }
    assertThat(store.peers()).hasSize(3).contains(peer(1));

    store.unprotect(peer(1));
    for (int i = 2; i <= 10; i++) {
      store.setAgentVersion(peer(i), "other");
    }
    assertThat(store.peers()).hasSize(3).doesNotContain(peer(1));
  }

  @Test
  void whereAllAreProtectedNobodyElseIsRemembered() {
    for (int i = 1; i <= 3; i++) {
      store.protect(peer(i));
      store.setAgentVersion(peer(i), "protected");
    }

    store.addAddresses(peer(4), List.of(address(4)), HOUR);

    assertThat(store.addresses(peer(4))).isEmpty();
    assertThat(store.peers()).hasSize(3);
  }

  @Test
  void forgettingLeavesTheProtection() {
    store.protect(peer(1));
    store.setAgentVersion(peer(1), "forgotten");
    store.forget(peer(1));
    assertThat(store.agentVersion(peer(1))).isEmpty();

    store.setAgentVersion(peer(1), "again");
    for (int i = 2; i <= 10; i++) {
      store.setAgentVersion(peer(i), "other");
    }
    assertThat(store.agentVersion(peer(1))).contains("again");
  }

  @Test
  void protocolsReplaceThoseBeforeAndAreBounded() {
    store.setProtocols(peer(1), List.of("/a", "/b"));
    store.setProtocols(peer(1), List.of("/c"));
    assertThat(store.protocols(peer(1))).containsExactly("/c");

    List<String> many = IntStream.range(0, 1_000).mapToObj(i -> "/p/" + i).toList();
    store.setProtocols(peer(1), many);
    assertThat(store.protocols(peer(1)))
        .hasSize(PeerStoreConfig.defaults().maxProtocolsPerPeer())
        .contains("/p/0");

    store.setProtocols(peer(1), List.of("/" + "x".repeat(300)));
    assertThat(store.protocols(peer(1))).isEmpty();
  }

  @Test
  void anInlinedKeyNeedsNoTelling() {
    assertThat(store.publicKey(peer(1))).contains(identity(1).publicKey());
    PeerId nonsense = PeerId.decode(Multihash.of(Multihash.IDENTITY, new byte[] {1, 2}).bytes());
    assertThat(store.publicKey(nonsense)).isEmpty();
  }

  @Test
  void aKeyThatIsNotThePeersIsRefused() {
    assertThatThrownBy(() -> store.setPublicKey(peer(1), identity(2).publicKey()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aLongAgentVersionIsCut() {
    store.setAgentVersion(peer(1), "x".repeat(10_000));

    assertThat(store.agentVersion(peer(1)).orElseThrow()).hasSize(256);
  }

  @Test
  void latencyIsSmoothed() {
    assertThat(store.latency(peer(1))).isEmpty();
    store.addRoundTrip(peer(1), Duration.ofMillis(10));
    assertThat(store.latency(peer(1))).as("nobody knows the peer").isEmpty();
    store.setAgentVersion(peer(1), "known");

    store.addRoundTrip(peer(1), Duration.ofMillis(10));
    store.addRoundTrip(peer(1), Duration.ofMillis(90));

    assertThat(store.latency(peer(1))).contains(Duration.ofMillis(20));
  }

  @Test
  void aScoreIsTheShareOfSuccessesAndTurnsBackToHalfWithTime() {
    store.setAgentVersion(peer(1), "known");
    assertThat(store.score(peer(1))).isEqualTo(0.5);
    for (int i = 0; i < 8; i++) {
      store.addSuccess(peer(1));
    }
    assertThat(store.score(peer(1))).isEqualTo(0.9);

    clock.advance(Duration.ofDays(10));
    assertThat(store.score(peer(1))).isLessThan(0.501);
    store.addFailure(peer(1));
    assertThat(store.score(peer(1))).isLessThan(0.34);
  }
}
