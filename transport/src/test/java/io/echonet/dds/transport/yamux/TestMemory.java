package io.echonet.dds.transport.yamux;

import io.echonet.dds.transport.spi.MemoryScope;
import java.util.concurrent.atomic.AtomicLong;

/** Memory of which a test knows how much is taken. */
final class TestMemory implements MemoryScope {
  private final long limit;
  private final AtomicLong taken = new AtomicLong();
  private volatile long most;

  TestMemory(long limit) {
    this.limit = limit;
  }

  static TestMemory plenty() {
    return new TestMemory(Long.MAX_VALUE);
  }

  @Override
  public int reserve(int bytes) {
    if (bytes <= 0) {
      throw new AssertionError("reserving " + bytes);
    }
    long before = taken.getAndUpdate(now -> now + Math.min(bytes, limit - now));
    int granted = (int) Math.min(bytes, limit - before);
    most = Math.max(most, before + granted);
    return granted;
  }

  @Override
  public void release(int bytes) {
    if (bytes < 0 || taken.addAndGet(-bytes) < 0) {
      throw new AssertionError("releasing " + bytes);
    }
  }

  long taken() {
    return taken.get();
  }

  /** The most that was taken at a time. */
  long most() {
    return most;
  }
}
