package io.echonet.dds.transport.limits;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * So many at once, and so many a second thereafter. It is told the time, in nanoseconds of any
 * clock; where that goes backwards nothing is earned. Not thread-safe.
 */
public final class TokenBucket {
  private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

  private final int perSecond;
  private final int burst;
  private double tokens;
  private long filledAt;

  /**
   * A full one.
   *
   * @param perSecond what is allowed in the long run
   * @param burst what is allowed at once after a quiet time
   */
  public TokenBucket(int perSecond, int burst, long now) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.tokens = burst;
    this.filledAt = now;
  }

  /** Whether one is allowed now. */
  public boolean hasOne(long now) {
    tokens = Math.min(burst, tokens + Math.max(0, now - filledAt) / SECOND * perSecond);
    filledAt = now;
    return tokens >= 1;
  }

  /** Whether one is allowed now; it counts as taken if so. */
  public boolean take(long now) {
    boolean allowed = hasOne(now);
    if (allowed) {
      tokens--;
    }
    return allowed;
  }

  /** Takes one, allowed or not; answers how long it is until it will have been. */
  public Duration takeInAdvance(long now) {
    boolean allowed = hasOne(now);
    tokens--;
    return allowed ? Duration.ZERO : Duration.ofNanos((long) (-tokens / perSecond * SECOND));
  }

  /** Allows {@code more} than time alone would, though never more than a burst at once. */
  public void add(int more) {
    tokens = Math.min(burst, tokens + more);
  }

  @Override
  public String toString() {
    return perSecond + " a second with bursts of " + burst;
  }
}
