package io.echonet.dds.transport.kad;

import io.echonet.dds.transport.PeerId;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The peers that lately could not be reached, which walks pass over for a while: others go on
 * naming a peer long after it has gone, and every dial to it would cost every walk its patience.
 *
 * <p>Thread-safe by its monitor, which is held for microseconds and never across a call elsewhere.
 */
final class Unreachable {
  private final Duration first;
  private final Duration longest;
  private final int maxPeers;
  private final Map<PeerId, Pause> pauses = new LinkedHashMap<>();

  private record Pause(Instant until, Duration length) {}

  /**
   * @param first how long a peer is passed over after its first failure; doubled by each further
   *     one that follows within {@code longest}
   * @param longest the most that grows to
   * @param maxPeers of how many peers this is remembered, the longest forgotten first
   */
  Unreachable(Duration first, Duration longest, int maxPeers) {
    this.first = first;
    this.longest = longest;
    this.maxPeers = maxPeers;
  }

  synchronized void onFailure(PeerId peer, Instant now) {
    Pause before = pauses.remove(peer);
    Duration length =
        before == null || before.until().plus(longest).isBefore(now)
            ? first
            : before.length().multipliedBy(2);
    Duration bounded = length.compareTo(longest) > 0 ? longest : length;
    pauses.put(peer, new Pause(now.plus(bounded), bounded));
    if (pauses.size() > maxPeers) {
      pauses.remove(pauses.keySet().iterator().next());
    }
  }

  synchronized void onContact(PeerId peer) {
    pauses.remove(peer);
  }

  synchronized boolean contains(PeerId peer, Instant now) {
    Pause pause = pauses.get(peer);
    return pause != null && now.isBefore(pause.until());
  }
}
