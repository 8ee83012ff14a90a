package io.echonet.dds.transport.identify;

import com.google.protobuf.ByteString;
import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.SignedPeerRecord;
import io.echonet.dds.transport.limits.TokenBucket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last signed record of each of the peers heard of lately: a signature is verified when a
 * record is new, not every time the peer tells of another change.
 */
final class KnownRecords {
  private static final Logger LOG = LoggerFactory.getLogger(KnownRecords.class);

  /**
   * Envelopes are at most one introduction long, and kept twice over: 4 MiB at worst, and rarely
   * 150 KiB.
   */
  private static final int MAX_PEERS = 256;

  private record Known(ByteString envelope, SignedPeerRecord record) {}

  /** What a peer has sent last, and how often it may send another. */
  private static final class Teller {
    final TokenBucket verifications;
    @Nullable Known last;

    Teller(TokenBucket verifications) {
      this.verifications = verifications;
    }
  }

  private final RecordLimits limits;
  private final LongSupplier nanoTime;
  private final TokenBucket verifications;
  private final Map<PeerId, Teller> byPeer =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, Teller> eldest) {
          return size() > MAX_PEERS;
        }
      };

  KnownRecords(RecordLimits limits, LongSupplier nanoTime) {
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.verifications = limits.inAll(nanoTime.getAsLong());
  }

  /**
   * The record in {@code envelope}; empty where it is none, or not signed by {@code peer}, which is
   * found out first since a signature takes longest. Empty too where as many as may be were
   * verified lately.
   */
  Optional<SignedPeerRecord> open(PeerId peer, ByteString envelope, int maxAddresses) {
    Optional<SignedPeerRecord> same = same(peer, envelope);
    if (same.isPresent()) {
      return same;
    }
    if (!mayVerify(peer)) {
      LOG.debug("{} signs too many records", peer);
      return Optional.empty();
    }
    try {
      SignedPeerRecord record = SignedPeerRecord.open(envelope.toByteArray(), peer, maxAddresses);
      keep(peer, new Known(envelope, record));
      return Optional.of(record);
    } catch (MalformedEncodingException e) {
      LOG.debug("{} sent a signed record that is none of its own", peer, e);
      return Optional.empty();
    }
  }

  private synchronized Optional<SignedPeerRecord> same(PeerId peer, ByteString envelope) {
    return Optional.ofNullable(byPeer.get(peer))
        .map(teller -> teller.last)
        .filter(known -> known.envelope().equals(envelope))
        .map(Known::record);
  }

  /** What a peer is refused is not to be at the cost of others. */
  private synchronized boolean mayVerify(PeerId peer) {
    long now = nanoTime.getAsLong();
    return teller(peer, now).verifications.take(now) && verifications.take(now);
  }

  private synchronized void keep(PeerId peer, Known known) {
    teller(peer, nanoTime.getAsLong()).last = known;
  }

  private Teller teller(PeerId peer, long now) {
    return byPeer.computeIfAbsent(peer, absent -> new Teller(limits.ofPeer(now)));
  }
}
