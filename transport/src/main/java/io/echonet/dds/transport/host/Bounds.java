package io.echonet.dds.transport.host;

/** What settings may be. In a class of its own, since the records of settings hold one another. */
final class Bounds {
  private Bounds() {}

  static void requireRange(String what, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(what + ": " + value + " is outside " + min + " to " + max);
    }
  }

  static void requirePositive(String what, long value) {
    requireRange(what, value, 1, Long.MAX_VALUE);
  }
}
