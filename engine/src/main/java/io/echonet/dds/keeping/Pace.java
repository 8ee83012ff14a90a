package io.echonet.dds.keeping;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Lets so much happen in a second, evenly. Thread-safe. */
final class Pace {
  /** Less than this is not waited for; the next wait is the longer for it. */
  private static final long GRAIN = Duration.ofMillis(10).toNanos();

  private final double nanosEach;
  private final Scheduler timer;
  private long due;

  Pace(long perSecond, Scheduler timer) {
    this.nanosEach = 1e9 / perSecond;
    this.timer = timer;
    this.due = timer.now(TimeUnit.NANOSECONDS);
  }

  /** Completes when {@code amount} more may happen. */
  Mono<Void> turn(long amount) {
    return Mono.defer(
        () -> {
          long wait = reserve(amount);
          return wait < GRAIN ? Mono.empty() : Mono.delay(Duration.ofNanos(wait), timer).then();
        });
  }

  private synchronized long reserve(long amount) {
    long now = timer.now(TimeUnit.NANOSECONDS);
    long wait = Math.max(0, due - now);
    due = Math.max(due, now) + (long) (amount * nanosEach);
    return wait;
  }
}
