package io.echonet.dds.testing;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * Time that passes when a test says so; everything runs on the test's thread, in the same order
 * each time.
 */
public final class VirtualTime {
  private static final Duration STEP = Duration.ofMillis(5);
  private static final Duration LONGEST = Duration.ofHours(1);

  private final VirtualTimeScheduler scheduler = VirtualTimeScheduler.create();

  public Scheduler scheduler() {
    return scheduler;
  }

  /** Lets {@code time} pass, and all that is due happen. */
  public void pass(Duration time) {
    Duration left = time;
    do {
      Duration step = left.compareTo(STEP) < 0 ? left : STEP;
      scheduler.advanceTimeBy(step);
      left = left.minus(step);
    } while (!left.isZero());
  }

  /** Lets time pass until {@code condition} holds; answers how much. */
  public Duration until(String what, BooleanSupplier condition) {
    Duration passed = Duration.ZERO;
    scheduler.advanceTimeBy(Duration.ZERO);
    while (!condition.getAsBoolean()) {
      if (passed.compareTo(LONGEST) > 0) {
        throw new AssertionError("did not happen within " + LONGEST + " of virtual time: " + what);
      }
      scheduler.advanceTimeBy(STEP);
      passed = passed.plus(STEP);
    }
    return passed;
  }

  /** What {@code mono} gives, letting as much time pass as it takes; throws its error. */
  public <T> T get(Mono<T> mono) {
    CompletableFuture<T> future = mono.toFuture();
    until("the end of " + mono, future::isDone);
    try {
      return Objects.requireNonNull(future.join(), "completed empty");
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Lets {@code mono} end, with or without a value; throws its error. */
  public void run(Mono<?> mono) {
    get(mono.then(Mono.just(true)));
  }

  /** The error that {@code mono} ends with. */
  public Throwable error(Mono<?> mono) {
    CompletableFuture<?> future = mono.toFuture();
    until("the end of " + mono, future::isDone);
    try {
      future.join();
    } catch (CompletionException e) {
      return e.getCause() == null ? e : e.getCause();
    }
    throw new AssertionError("no error");
  }

  public long nanos() {
    return scheduler.now(java.util.concurrent.TimeUnit.NANOSECONDS);
  }
}
