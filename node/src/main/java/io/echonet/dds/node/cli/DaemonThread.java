package io.echonet.dds.node.cli;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A thread for what blocks on a file or a pipe, and only there; it does not keep the process alive,
 * and closing it interrupts what it does.
 */
final class DaemonThread implements AutoCloseable {
  private final ExecutorService executor;
  private final Scheduler scheduler;

  DaemonThread(String name) {
    executor =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
    scheduler = Schedulers.fromExecutorService(executor);
  }

  Scheduler scheduler() {
    return scheduler;
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
