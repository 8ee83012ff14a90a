package io.echonet.dds.benchmarks;

import io.netty.util.internal.PlatformDependent;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** The most that this process has had of heap and of direct memory, looked at again and again. */
final class MemoryPeak implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofMillis(20);

  private final Disposable looking;
  private volatile long heap;
  private volatile long direct;

  MemoryPeak() {
    looking = Flux.interval(PERIOD).onBackpressureDrop().subscribe(tick -> look());
  }

  private void look() {
    long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    heap = Math.max(heap, used);
    direct = Math.max(direct, Math.max(0, PlatformDependent.usedDirectMemory()));
  }

  /** Objects and garbage, in bytes. */
  long heapBytes() {
    return heap;
  }

  /** What network buffers take outside of the heap, in bytes. */
  long directBytes() {
    return direct;
  }

  @Override
  public void close() {
    looking.dispose();
  }
}
