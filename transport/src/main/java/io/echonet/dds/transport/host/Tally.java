package io.echonet.dds.transport.host;

import java.util.HashMap;
import java.util.Map;

/** How much is taken, in all and by whom, and the most that may be. Thread-safe. */
final class Tally<K> {
  private final int maxInAll;
  private final int maxEach;
  private final Map<K, Integer> byWhom = new HashMap<>();
  private int inAll;

  Tally(int maxInAll, int maxEach) {
    this.maxInAll = maxInAll;
    this.maxEach = maxEach;
  }

  /** Whether {@code who} may have one more; then {@link #leave} follows. */
  synchronized boolean enter(K who) {
    return enter(who, maxEach);
  }

  /** As {@link #enter(Object)}, where {@code most} is the limit for {@code who}. */
  synchronized boolean enter(K who, int most) {
    int taken = byWhom.getOrDefault(who, 0);
    if (inAll >= maxInAll || taken >= most) {
      return false;
    }
    byWhom.put(who, taken + 1);
    inAll++;
    return true;
  }

  synchronized void leave(K who) {
    inAll--;
    byWhom.computeIfPresent(who, (key, taken) -> taken == 1 ? null : taken - 1);
  }

  synchronized int inAll() {
    return inAll;
  }

  synchronized int of(K who) {
    return byWhom.getOrDefault(who, 0);
  }
}
