package io.echonet.dds.node.cli;

import java.time.Duration;

/** Measures one transfer; may be read from any thread. */
final class Stopwatch {
  private final long start = System.nanoTime();
  private volatile long firstByteNanos = -1;

  /** Something arrived; only the first call counts. */
  void firstByte() {
    if (firstByteNanos < 0) {
      firstByteNanos = System.nanoTime() - start;
    }
  }

  /** How long the first byte took; all the time so far where none came. */
  Duration untilFirstByte() {
    return firstByteNanos < 0 ? elapsed() : Duration.ofNanos(firstByteNanos);
  }

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
