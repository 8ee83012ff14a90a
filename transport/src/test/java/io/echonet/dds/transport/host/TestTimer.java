package io.echonet.dds.transport.host;

import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * A timer whose time passes when the test says so, for hosts on real event loops: unlike Reactor's
 * virtual scheduler it takes no lock, so an event loop may use it while the test does.
 */
final class TestTimer implements Scheduler {
  private record Task(long dueNanos, long number, Runnable action) {}

  private final ConcurrentSkipListSet<Task> tasks =
      new ConcurrentSkipListSet<>(
          Comparator.comparingLong(Task::dueNanos).thenComparingLong(Task::number));
  private final AtomicLong nowNanos = new AtomicLong();
  private final AtomicLong nextNumber = new AtomicLong();

  /** Runs what falls due on the calling thread. */
  void advance(Duration duration) {
    long now = nowNanos.addAndGet(duration.toNanos());
    for (Task task = tasks.pollFirst(); task != null; task = tasks.pollFirst()) {
      if (task.dueNanos() > now) {
        tasks.add(task);
        return;
      }
      task.action().run();
    }
  }

  @Override
  public Disposable schedule(Runnable action) {
    action.run();
    return Disposables.disposed();
  }

  @Override
  public Disposable schedule(Runnable action, long delay, TimeUnit unit) {
    Task task =
        new Task(nowNanos.get() + unit.toNanos(delay), nextNumber.getAndIncrement(), action);
    tasks.add(task);
    return () -> tasks.remove(task);
  }

  /** Nothing that a test here waits for is periodic. */
  @Override
  public Disposable schedulePeriodically(
      Runnable action, long initialDelay, long period, TimeUnit unit) {
    return Disposables.single();
  }

  @Override
  public Worker createWorker() {
    throw new UnsupportedOperationException("timeouts need no worker");
  }
}
