package io.echonet.dds.transport.identify;

import com.google.protobuf.ByteString;
import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.SignedPeerRecord;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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

  private final Map<PeerId, Known> byPeer =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, Known> eldest) {
          return size() > MAX_PEERS;
        }
      };

  /**
   * The record in {@code envelope}; empty where it is none, or not signed by {@code peer}, which is
   * found out first since a signature takes longest.
   */
  Optional<SignedPeerRecord> open(PeerId peer, ByteString envelope, int maxAddresses) {
    Optional<SignedPeerRecord> same = same(peer, envelope);
    if (same.isPresent()) {
      return same;
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
        .filter(known -> known.envelope().equals(envelope))
        .map(Known::record);
  }

  private synchronized void keep(PeerId peer, Known known) {
    byPeer.put(peer, known);
  }
}
