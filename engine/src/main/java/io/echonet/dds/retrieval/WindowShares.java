package io.echonet.dds.retrieval;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What all readings of a node may fetch ahead together; each that is under way has an equal share.
 * Thread-safe.
 */
final class WindowShares {
  private final long totalBytes;
  private final AtomicInteger readings = new AtomicInteger();

  WindowShares(long totalBytes) {
    this.totalBytes = totalBytes;
  }

  void join() {
    readings.incrementAndGet();
  }

  void leave() {
    readings.decrementAndGet();
  }

  /** What one reading may fetch ahead, in bytes. */
  long share() {
    return totalBytes / Math.max(1, readings.get());
  }
}
