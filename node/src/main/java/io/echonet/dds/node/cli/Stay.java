package io.echonet.dds.node.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Waiting to be told to end. */
final class Stay {
  private Stay() {}

  /**
   * Returns when a signal ends the process, or when {@code in}, where given, has come to its end.
   */
  static void untilTold(@Nullable InputStream in) {
    CountDownLatch told = new CountDownLatch(1);
    if (in != null) {
      Thread watcher = new Thread(() -> awaitEnd(in, told), "dds-stdin");
      watcher.setDaemon(true);
      watcher.start();
    }
    try {
      told.await();
    } catch (InterruptedException e) {
      // That is how a signal tells.
    }
  }

  private static void awaitEnd(InputStream in, CountDownLatch ended) {
    try {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // As good as its end.
    }
    ended.countDown();
  }
}
