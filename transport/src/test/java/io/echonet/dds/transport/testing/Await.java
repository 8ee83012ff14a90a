package io.echonet.dds.transport.testing;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting in tests: for conditions, never for time. */
public final class Await {
  /** Longer than anything takes on the slowest machine; only a failing test waits for it. */
  public static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static final long PAUSE_MILLIS = 2;

  private Await() {}

  /**
   * Returns once {@code condition} holds.
   *
   * @throws AssertionError naming {@code what} where it does not within {@link #TIMEOUT}
   */
  public static void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("did not happen within " + TIMEOUT + ": " + what);
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting: " + what, e);
      }
    }
  }
}
