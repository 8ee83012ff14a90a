package io.echonet.dds.transport.limits;

import java.time.Duration;

/**
 * What settings may be. All methods throw an {@link IllegalArgumentException} that names the
 * setting and its value.
 */
public final class Bounds {
  private Bounds() {}

  public static void requireRange(String what, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(what + ": " + value + " is outside " + min + " to " + max);
    }
  }

  public static void requireAtLeast(String what, long value, long min) {
    if (value < min) {
      throw new IllegalArgumentException(what + ": " + value + " is less than " + min);
    }
  }

  public static void requirePositive(String what, long value) {
    requireAtLeast(what, value, 1);
  }

  public static void requirePositive(String what, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(what + ": " + value + " is not positive");
    }
  }
}
