package io.echonet.dds.transport.testing;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/** The one event loop of an in-memory network: what is given to it runs in order, one at a time. */
final class NetworkLoop {
  private final Scheduler scheduler;
  private final Scheduler.Worker worker;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger pending = new AtomicInteger();
  private volatile @Nullable Thread runner;

  NetworkLoop(Scheduler scheduler) {
    this.scheduler = scheduler;
    this.worker = scheduler.createWorker();
  }

  /** Runs {@code task} after all that were given before it; never within the call to this. */
  void execute(Runnable task) {
    tasks.offer(task);
    if (pending.getAndIncrement() == 0) {
      worker.schedule(this::run);
    }
  }

  private void run() {
    runner = Thread.currentThread();
    int missed = pending.get();
    while (missed != 0) {
      for (int i = 0; i < missed; i++) {
        Runnable task = tasks.poll();
        if (task != null) {
          runGuarded(task);
        }
      }
      missed = pending.addAndGet(-missed);
    }
    runner = null;
  }

  /** One test's failing callback must not stop the network for all others. */
  private static void runGuarded(Runnable task) {
    try {
      task.run();
    } catch (Throwable failure) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
    }
  }

  Disposable schedule(Runnable task, Duration delay) {
    return worker.schedule(() -> execute(task), delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  boolean inLoop() {
    return runner == Thread.currentThread();
  }

  long nowNanos() {
    return scheduler.now(TimeUnit.NANOSECONDS);
  }

  void dispose() {
    worker.dispose();
  }
}
