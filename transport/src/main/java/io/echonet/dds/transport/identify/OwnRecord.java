package io.echonet.dds.transport.identify;

import com.google.protobuf.ByteString;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerRecord;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** This host's addresses in an envelope of its own, signed anew only when they change. */
final class OwnRecord {
  private final Identity identity;
  private final LongSupplier millis;
  private @Nullable PeerRecord current;
  private ByteString envelope = ByteString.EMPTY;

  /**
   * @param millis the time of day, from which sequence numbers are taken: so they rise across
   *     restarts too
   */
  OwnRecord(Identity identity, LongSupplier millis) {
    this.identity = identity;
    this.millis = millis;
  }

  /** The envelope around a record of exactly {@code addresses}. */
  synchronized ByteString of(List<Multiaddr> addresses) {
    PeerRecord before = current;
    long sequence = millis.getAsLong();
    if (before != null) {
      sequence = Math.max(sequence, before.sequence() + 1);
    }
    PeerRecord next = new PeerRecord(identity.peerId(), sequence, addresses);
    if (before == null || !before.addresses().equals(next.addresses())) {
      current = next;
      envelope = ByteString.copyFrom(next.seal(identity).encode());
    }
    return envelope;
  }
}
