package io.echonet.dds.network;

import io.echonet.dds.transport.PeerId;
import java.util.HashMap;
import java.util.Map;

/**
 * Bytes that may be held in memory for one purpose, of which each peer may have as much as it
 * leaves to others. Thread-safe.
 */
final class FairBudget {
  /*
   * One peer gets half, two get a third each, and so on: however many take all that they can get, something is left for one
   * more. What a peer has nothing else beside is exempt, so that the largest response can be sent at all.
   */

  private final long limit;
  private final Map<PeerId, Long> perPeer = new HashMap<>();
  private long held;

  FairBudget(long limit) {
    this.limit = limit;
  }

  /** What one response to {@code peer} holds; nothing yet. */
  Share share(PeerId peer) {
    return new Share(peer);
  }

  synchronized long held() {
    return held;
  }

  /** What one response holds, from before a chunk is read for it until it has gone. */
  final class Share {
    private final PeerId peer;
    private long bytes;

    private Share(PeerId peer) {
      this.peer = peer;
    }

    /** Makes sure that {@code wanted} bytes are held in all. */
    void take(long wanted) {
      if (!tryTake(wanted)) {
        throw new RejectedException(ErrorCode.BUSY, "too much is being sent");
      }
    }

    private boolean tryTake(long wanted) {
      synchronized (FairBudget.this) {
        long more = wanted - bytes;
        if (more <= 0) {
          return true;
        }
        long beside = perPeer.getOrDefault(peer, 0L) - bytes;
        long left = limit - held - more;
        if (left < 0 || (beside > 0 && beside + wanted > left)) {
          return false;
        }
        add(more);
        return true;
      }
    }

    void release() {
      synchronized (FairBudget.this) {
        add(-bytes);
      }
    }

    private void add(long more) {
      held += more;
      bytes += more;
      perPeer.compute(
          peer,
          (id, before) -> {
            long now = more + (before == null ? 0 : before);
            return now == 0 ? null : now;
          });
    }
  }
}
