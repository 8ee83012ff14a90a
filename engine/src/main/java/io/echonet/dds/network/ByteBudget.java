package io.echonet.dds.network;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that may be held in memory for one purpose, shared by all who hold some. Thread-safe. */
final class ByteBudget {
  private final long limit;
  private final AtomicLong held = new AtomicLong();

  ByteBudget(long limit) {
    this.limit = limit;
  }

  /** Takes {@code bytes}, which are to be given back, where that many are left. */
  boolean tryTake(long bytes) {
    long now;
    do {
      now = held.get();
      if (bytes > limit - now) {
        return false;
      }
    } while (!held.compareAndSet(now, now + bytes));
    return true;
  }

  void giveBack(long bytes) {
    held.addAndGet(-bytes);
  }

  long held() {
    return held.get();
  }
}
