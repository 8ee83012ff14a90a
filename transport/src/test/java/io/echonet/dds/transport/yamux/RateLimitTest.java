package io.echonet.dds.transport.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateLimitTest {
  private static final long START =
      Long.MAX_VALUE - 5; // The clock of System.nanoTime may overflow.

  private static long after(Duration time) {
    return START + time.toNanos();
  }

  private static int takeAll(RateLimit limit, long now) {
    int taken = 0;
    while (limit.take(now)) {
      taken++;
    }
    return taken;
  }

  @Test
  void aBurstIsAllowedAtOnceAndTheRateAfterIt() {
    RateLimit limit = new RateLimit(new FloodLimits.Rate(10, 50), START);

    assertThat(takeAll(limit, START)).isEqualTo(50);
    assertThat(takeAll(limit, after(Duration.ofMillis(99)))).isZero();
    assertThat(takeAll(limit, after(Duration.ofMillis(1_099)))).isEqualTo(10);
  }

  @Test
  void aLongQuietTimeAllowsNoMoreThanABurst() {
    RateLimit limit = new RateLimit(new FloodLimits.Rate(10, 50), START);
    takeAll(limit, START);

    assertThat(takeAll(limit, after(Duration.ofDays(1)))).isEqualTo(50);
  }

  @Test
  void whatIsAddedIsAllowedUpToABurst() {
    RateLimit limit = new RateLimit(new FloodLimits.Rate(10, 50), START);
    takeAll(limit, START);

    limit.add(3);
    assertThat(takeAll(limit, START)).isEqualTo(3);
    limit.add(1_000);
    assertThat(takeAll(limit, START)).isEqualTo(50);
  }

  @Test
  void manySmallStepsOfTimeAddUp() {
    RateLimit limit = new RateLimit(new FloodLimits.Rate(10, 1), START);
    int taken = 0;
    for (int millis = 1; millis <= 10_000; millis++) {
      taken += takeAll(limit, after(Duration.ofMillis(millis)));
    }
    assertThat(taken).isBetween(100, 101);
  }
}
