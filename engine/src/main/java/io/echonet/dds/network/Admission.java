package io.echonet.dds.network;

import io.echonet.dds.transport.PeerId;
import java.util.HashMap;
import java.util.Map;

/** Counts the requests that are being answered, for each peer and in all. Thread-safe. */
final class Admission {
  /*
   * A request that is one too many is told so, which takes its first bytes and an answer. That too is bounded:
   * beyond twice the limits there is no answer any more.
   */

  /** What becomes of a request. */
  enum Verdict {
    ANSWER,
    SAY_BUSY,
    RESET
  }

  private final int limit;
  private final int limitPerPeer;
  private final Map<PeerId, Integer> perPeer = new HashMap<>();
  private int inAll;

  Admission(int limit, int limitPerPeer) {
    this.limit = limit;
    this.limitPerPeer = limitPerPeer;
  }

  /** Counts one more request of {@code peer}, unless the verdict is RESET. */
  synchronized Verdict enter(PeerId peer) {
    int ofPeer = perPeer.getOrDefault(peer, 0);
    if (inAll >= 2L * limit || ofPeer >= 2L * limitPerPeer) {
      return Verdict.RESET;
    }
    // No more than it leaves to others, so that no few can keep all of them out.
    boolean isGreedy = ofPeer > 0 && ofPeer + 1 > limit - inAll - 1;
    Verdict verdict =
        inAll >= limit || ofPeer >= limitPerPeer || isGreedy ? Verdict.SAY_BUSY : Verdict.ANSWER;
    perPeer.put(peer, ofPeer + 1);
    inAll++;
    return verdict;
  }

  /** Ends a request that was counted. */
  synchronized void leave(PeerId peer) {
    inAll--;
    perPeer.computeIfPresent(peer, (id, count) -> count == 1 ? null : count - 1);
  }

  synchronized int inAll() {
    return inAll;
  }
}
