package io.echonet.dds.transport.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private static final long START =
      Long.MAX_VALUE - 5; // The clock of System.nanoTime may overflow.

  private static long after(Duration time) {
    return START + time.toNanos();
  }

  private static int takeAll(TokenBucket limit, long now) {
    int taken = 0;
    while (limit.take(now)) {
      taken++;
    }
    return taken;
  }

  @Test
  void aBurstIsAllowedAtOnceAndTheRateAfterIt() {
    TokenBucket limit = new TokenBucket(10, 50, START);

    assertThat(takeAll(limit, START)).isEqualTo(50);
    assertThat(takeAll(limit, after(Duration.ofMillis(99)))).isZero();
    assertThat(takeAll(limit, after(Duration.ofMillis(1_099)))).isEqualTo(10);
  }

  @Test
  void aLongQuietTimeAllowsNoMoreThanABurst() {
    TokenBucket limit = new TokenBucket(10, 50, START);
    takeAll(limit, START);

    assertThat(takeAll(limit, after(Duration.ofDays(1)))).isEqualTo(50);
  }

  @Test
  void whatIsAddedIsAllowedUpToABurst() {
    TokenBucket limit = new TokenBucket(10, 50, START);
    takeAll(limit, START);

    limit.add(3);
    assertThat(takeAll(limit, START)).isEqualTo(3);
    limit.add(1_000);
    assertThat(takeAll(limit, START)).isEqualTo(50);
  }

  @Test
  void manySmallStepsOfTimeAddUp() {
    TokenBucket limit = new TokenBucket(10, 1, START);
    int taken = 0;
    for (int millis = 1; millis <= 10_000; millis++) {
      taken += takeAll(limit, after(Duration.ofMillis(millis)));
    }
    assertThat(taken).isBetween(100, 101);
  }

  @Test
  void whatIsTakenInAdvanceIsAllowedLater() {
    TokenBucket bucket = new TokenBucket(10, 2, START);
    assertThat(bucket.takeInAdvance(START)).isZero();
    assertThat(bucket.takeInAdvance(START)).isZero();

    assertThat(bucket.takeInAdvance(START)).isEqualTo(Duration.ofMillis(100));
    assertThat(bucket.takeInAdvance(START)).isEqualTo(Duration.ofMillis(200));
    assertThat(takeAll(bucket, after(Duration.ofMillis(299)))).isZero();
    assertThat(takeAll(bucket, after(Duration.ofMillis(301)))).isEqualTo(1);
  }

  @Test
  void aClockThatGoesBackEarnsNothing() {
    TokenBucket bucket = new TokenBucket(10, 2, START);
    takeAll(bucket, START);

    assertThat(takeAll(bucket, after(Duration.ofDays(-1)))).isZero();
  }
}
