package io.echonet.dds.transport.host;

import java.util.concurrent.TimeUnit;

/** So many at once, and so many a second thereafter; is told the time. */
final class TokenBucket {
  private static final double SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final int perSecond;
  private final int burst;
  private double tokens;
  private long filledAt;

  TokenBucket(int perSecond, int burst, long nowNanos) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.tokens = burst;
    this.filledAt = nowNanos;
  }

  boolean hasOne(long nowNanos) {
    tokens = Math.min(burst, tokens + (nowNanos - filledAt) / SECOND_NANOS * perSecond);
    filledAt = nowNanos;
    return tokens >= 1;
  }

  /** After {@link #hasOne}. */
  void take() {
    tokens--;
  }
}
