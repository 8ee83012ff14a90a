package io.echonet.dds.transport.identify;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerRecord;
import io.echonet.dds.transport.SignedPeerRecord;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class KnownRecordsTest {
  private static final Identity SIGNER = Identity.generate(new Random(1));
  private static final PeerId OTHER = Identity.generate(new Random(2)).peerId();

  private final AtomicLong now = new AtomicLong();
  private final KnownRecords records = new KnownRecords(RecordLimits.defaults(), now::get);

  private static ByteString envelope(long sequence) {
    List<Multiaddr> addresses = List.of(Multiaddr.parse("/ip4/192.0.2.1/tcp/1"));
    return ByteString.copyFrom(
        new PeerRecord(SIGNER.peerId(), sequence, addresses).seal(SIGNER).encode());
  }

  private Optional<SignedPeerRecord> open(PeerId peer, ByteString envelope) {
    return records.open(peer, envelope, 32);
  }

  @Test
  void aRecordIsVerifiedOnceAndAnotherAnew() {
    SignedPeerRecord first = open(SIGNER.peerId(), envelope(1)).orElseThrow();

    assertThat(open(SIGNER.peerId(), envelope(1)).orElseThrow()).isSameAs(first);
    assertThat(open(SIGNER.peerId(), envelope(2)).orElseThrow().record().sequence()).isEqualTo(2);
  }

  @Test
  void aForgedRecordDoesNotTakeThePlaceOfAGoodOne() {
    SignedPeerRecord good = open(SIGNER.peerId(), envelope(1)).orElseThrow();
    byte[] forged = envelope(2).toByteArray();
    forged[forged.length - 1] ^= 1;

    assertThat(open(SIGNER.peerId(), ByteString.copyFrom(forged))).isEmpty();
    assertThat(open(SIGNER.peerId(), envelope(1)).orElseThrow()).isSameAs(good);
  }

  @Test
  void aKnownRecordIsNobodyElses() {
    open(SIGNER.peerId(), envelope(1));

    assertThat(open(OTHER, envelope(1))).isEmpty();
  }

  @Test
  void theRecordsOfManyPeersAreNotAllKept() {
    SignedPeerRecord first = open(SIGNER.peerId(), envelope(1)).orElseThrow();
    for (int i = 0; i < 300; i++) {
      Identity other = Identity.generate(new Random(100 + i));
      ByteString envelope =
          ByteString.copyFrom(new PeerRecord(other.peerId(), 1, List.of()).seal(other).encode());
      assertThat(open(other.peerId(), envelope)).isPresent();
    }

    assertThat(open(SIGNER.peerId(), envelope(1)).orElseThrow()).isNotSameAs(first);
  }

  @Test
  void aPeerThatSignsAnewAllTheTimeIsVerifiedAtTheRate() {
    KnownRecords strict = new KnownRecords(RecordLimits.defaults().withPerPeer(1, 2), now::get);
    assertThat(strict.open(SIGNER.peerId(), envelope(1), 32)).isPresent();
    assertThat(strict.open(SIGNER.peerId(), envelope(2), 32)).isPresent();
    assertThat(strict.open(SIGNER.peerId(), envelope(3), 32)).isEmpty();
    assertThat(strict.open(SIGNER.peerId(), envelope(2), 32)).isPresent();

    now.addAndGet(TimeUnit.SECONDS.toNanos(1));
    assertThat(strict.open(SIGNER.peerId(), envelope(3), 32)).isPresent();
    assertThat(strict.open(SIGNER.peerId(), envelope(4), 32)).isEmpty();
  }

  @Test
  void allPeersTogetherAreVerifiedAtARate() {
    KnownRecords strict = new KnownRecords(RecordLimits.defaults().withInAll(1, 1), now::get);
    Identity other = Identity.generate(new Random(7));
    ByteString envelope =
        ByteString.copyFrom(new PeerRecord(other.peerId(), 1, List.of()).seal(other).encode());
    assertThat(strict.open(SIGNER.peerId(), envelope(1), 32)).isPresent();
    assertThat(strict.open(other.peerId(), envelope, 32)).isEmpty();

    now.addAndGet(TimeUnit.SECONDS.toNanos(1));
    assertThat(strict.open(other.peerId(), envelope, 32)).isPresent();
  }
}
