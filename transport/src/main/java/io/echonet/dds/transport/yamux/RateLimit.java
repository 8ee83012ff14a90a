package io.echonet.dds.transport.yamux;

import java.util.concurrent.TimeUnit;

/** A token bucket that is told the time. */
final class RateLimit {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final FloodLimits.Rate rate;
  private double tokens;
  private long refilledAt;

  RateLimit(FloodLimits.Rate rate, long now) {
    this.rate = rate;
    this.tokens = rate.burst();
    this.refilledAt = now;
  }

  /** Whether one more is allowed now; it counts as taken if so. */
  boolean take(long now) {
    if (tokens < 1) {
      add((double) (now - refilledAt) * rate.perSecond() / SECOND);
      refilledAt = now;
      if (tokens < 1) {
        return false;
      }
    }
    tokens--;
    return true;
  }

  /** Allows {@code more} than time alone would, though never more than a burst at once. */
  void add(double more) {
    tokens = Math.min(rate.burst(), tokens + more);
  }

  @Override
  public String toString() {
    return rate.perSecond() + " a second with bursts of " + rate.burst();
  }
}
