package io.echonet.dds.node.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets SIGTERM and SIGINT end the running command in order: its thread is interrupted, which it
 * answers by giving up what is under way and cleaning up, and the JVM ends when it has.
 */
final class OrderlyEnd {
  /** The process is to be gone within 5 s, the JVM's own end included. */
  private static final Duration LIMIT = Duration.ofMillis(4500);

  private final Thread command;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable Integer code;

  private OrderlyEnd(Thread command) {
    this.command = command;
  }

  /** Watches over {@code command}, a thread that answers to interrupts. */
  static OrderlyEnd install(Thread command) {
    OrderlyEnd end = new OrderlyEnd(command);
    Runtime.getRuntime().addShutdownHook(new Thread(end::endCommand, "dds-end"));
    return end;
  }

  /** The command is over, by itself or because it was told to. */
  void commandEnded(int exitCode) {
    code = exitCode;
    ended.countDown();
  }

  private void endCommand() {
    if (ended.getCount() == 0) {
      return;
    }
    command.interrupt();
    try {
      if (!ended.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      return;
    }
    // A node that is told to end has done what it was asked, so it is no failure to be killed by
    // SIGTERM; for anything else the JVM answers 128 and the signal's number.
    if (Integer.valueOf(ExitCode.DONE.code()).equals(code)) {
      Runtime.getRuntime().halt(ExitCode.DONE.code());
    }
  }
}
