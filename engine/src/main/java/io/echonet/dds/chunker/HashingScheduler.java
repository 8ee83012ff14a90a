package io.echonet.dds.chunker;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.scheduler.NonBlocking;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The threads that hash: a fixed number, taking work from one queue, on which nothing may block.
 */
public final class HashingScheduler {
  /*
   * Reactor's own parallel scheduler gives each worker a thread and a queue of its own, and a chunk's hash that lands
   * behind the whole content's waits although other threads are idle. The one queue is bounded by those who fill it:
   * each pass has at most its configured number of chunks at work.
   */

  private HashingScheduler() {}

  /** A scheduler of {@code threads} daemon threads, which the caller disposes of. */
  public static Scheduler create(int threads) {
    AtomicInteger count = new AtomicInteger();
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            threads, task -> new HashingThread(task, "dds-hash-" + count.incrementAndGet()));
    executor.setRemoveOnCancelPolicy(true);
    return Schedulers.fromExecutorService(executor, "dds-hash");
  }

  private static final class HashingThread extends Thread implements NonBlocking {
    HashingThread(Runnable task, String name) {
      super(task, name);
      setDaemon(true);
    }
  }
}
