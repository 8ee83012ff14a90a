package io.echonet.dds.transport.host;

import java.util.HashMap;
import java.util.Map;

/** How much is taken, in all and by whom, and the most that may be. Thread-safe. */
final class Tally<K> {
  private final long maxInAll;
  private final long maxEach;
  private final Map<K, Long> byWhom = new HashMap<>();
  private long inAll;

  Tally(long maxInAll, long maxEach) {
    this.maxInAll = maxInAll;
    this.maxEach = maxEach;
  }

  /** Whether {@code who} may have one more; then {@link #leave} follows. */
  boolean enter(K who) {
    return take(who, 1) == 1;
  }

  /** As {@link #enter(Object)}, where {@code most} is the limit for {@code who}. */
  boolean enter(K who, long most) {
    return take(who, 1, most) == 1;
  }

  /** Takes {@code wanted}, or as much of it as {@code who} may have; answers how much. */
  int take(K who, int wanted) {
    return take(who, wanted, maxEach);
  }

  /** As {@link #take(Object, int)}, where {@code most} is the limit for {@code who}. */
  synchronized int take(K who, int wanted, long most) {
    long had = byWhom.getOrDefault(who, 0L);
    int taken = (int) Math.min(wanted, Math.min(maxInAll - inAll, most - had));
    if (taken <= 0) {
      return 0;
    }
    byWhom.put(who, had + taken);
    inAll += taken;
    return taken;
  }

  void leave(K who) {
    leave(who, 1);
  }

  /** Gives {@code amount} of what {@code who} has taken back. */
  synchronized void leave(K who, int amount) {
    inAll -= amount;
    byWhom.computeIfPresent(who, (key, taken) -> taken == amount ? null : taken - amount);
  }

  synchronized long inAll() {
    return inAll;
  }

  synchronized long of(K who) {
    return byWhom.getOrDefault(who, 0L);
  }
}
