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
import org.junit.jupiter.api.Test;

class KnownRecordsTest {
  private static final Identity SIGNER = Identity.generate(new Random(1));
  private static final PeerId OTHER = Identity.generate(new Random(2)).peerId();

  private final KnownRecords records = new KnownRecords();

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
}
