package io.echonet.dds.storage.disk;

import io.echonet.dds.storage.StorageException;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The threads of one store that wait for the disk, and a bounded number of tasks that wait for
 * them.
 */
public final class DiskTasks {
  /*
   * Not a Reactor Scheduler, because those interrupt the thread of a cancelled task, and an interrupt closes the file
   * channel under the write that is going on. A task that has begun is always completed.
   */

  private static final int IDLE_SECONDS = 30;

  private final String name;
  private final int maxWaiting;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger threads = new AtomicInteger();
  private final Sinks.Empty<Void> closed = Sinks.empty();
  private final Executor executor;
  private volatile Runnable last = () -> {};

  /** {@code name} is the store's, for messages. */
  public DiskTasks(String name, int parallel, int maxWaiting) {
    this.name = name;
    this.maxWaiting = maxWaiting;
    this.executor = new Executor(parallel);
  }

  /**
   * Emits what {@code task} answers, nothing where that is null. Skipped where its subscriber has
   * cancelled before its turn came; what it answers to one who cancelled later is discarded.
   */
  public <T> Mono<T> run(Callable<@Nullable T> task) {
    return Mono.create(
        sink -> {
          Cancellation cancellation = new Cancellation();
          sink.onCancel(() -> cancellation.requested = true);
          submit(
              () -> {
                if (!cancellation.requested) {
                  sink.success(task.call());
                }
                return null;
              },
              error -> {
                if (error != null) {
                  sink.error(error);
                }
              });
        });
  }

  /** Runs {@code task} in its turn, then {@code end} with its error or null; never throws. */
  public void submit(Callable<?> task, Consumer<@Nullable Throwable> end) {
    if (waiting.incrementAndGet() > maxWaiting) {
      waiting.decrementAndGet();
      end.accept(new StorageException(name + ": " + maxWaiting + " operations wait for the disk"));
      return;
    }
    try {
      executor.execute(
          () -> {
            waiting.decrementAndGet();
            end.accept(failureOf(task));
          });
    } catch (RejectedExecutionException e) {
      waiting.decrementAndGet();
      end.accept(new StorageException(name + " is closed"));
    }
  }

  private static @Nullable Throwable failureOf(Callable<?> task) {
    try {
      task.call();
      return null;
    } catch (Throwable e) {
      // Whatever it is, someone waits for it: a thread that died of it would leave them waiting.
      return e;
    }
  }

  /**
   * Accepts no more tasks, waits for those there are, then runs {@code finalTask} and completes.
   * Idempotent: only the first one's final task is run.
   */
  public Mono<Void> close(Runnable finalTask) {
    return Mono.defer(
        () -> {
          executor.close(finalTask);
          return closed.asMono();
        });
  }

  private static final class Cancellation {
    volatile boolean requested;
  }

  /**
   * Scheduled, though nothing is: its queue is the one that BlockHound knows not to block those who
   * add to it.
   */
  private final class Executor extends ScheduledThreadPoolExecutor {
    private boolean closing;

    Executor(int parallel) {
      super(
          parallel,
          task -> {
            Thread thread = new Thread(task, "dds-disk-" + threads.incrementAndGet());
            thread.setDaemon(true);
            return thread;
          });
      setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
      allowCoreThreadTimeOut(true);
    }

    synchronized void close(Runnable finalTask) {
      if (!closing) {
        closing = true;
        last = finalTask;
        // Makes sure that there is a thread for what is left to do, and that it is none of the
        // caller's.
        execute(() -> {});
        shutdown();
      }
    }

    @Override
    protected void terminated() {
      // Shutting down interrupts threads that wait for tasks, one of which this is run by.
      Thread.interrupted();
      try {
        last.run();
      } finally {
        closed.tryEmitEmpty();
      }
    }
  }
}
