package io.echonet.dds.transport.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerRecord;
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

  private static PeerRecord record(long sequence, int... ports) {
    return new PeerRecord(
        peer(1), sequence, IntStream.of(ports).mapToObj(port -> address(port)).toList());
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
      store.addAddresses(peer(i), List.of(address(i)), HOUR);
    }
    assertThat(store.peers()).hasSize(3).contains(peer(1));

    store.unprotect(peer(1));
    for (int i = 2; i <= 10; i++) {
      store.addAddresses(peer(i), List.of(address(i)), HOUR);
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
}
