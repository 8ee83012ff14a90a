package io.echonet.dds.transport.kad;

import java.time.Duration;

/** Bounds that settings have to keep. */
final class Checks {
  private Checks() {}

  static void atLeast(int least, int value, String what) {
    if (value < least) {
      throw new IllegalArgumentException(what + ": " + value + " is less than " + least);
    }
  }

  static void positive(Duration value, String what) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(what + ": " + value + " is not positive");
    }
  }
}
