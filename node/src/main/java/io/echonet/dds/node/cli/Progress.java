package io.echonet.dds.node.cli;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** How far a transfer has come, for whoever watches. */
interface Progress extends AutoCloseable {
  /** So many bytes are done; {@code detail} is a few words beside the figures. */
  void reached(long bytes, String detail);

  @Override
  void close();

  /** A bar on standard error where that is a terminal, else nothing. */
  static Progress of(Console console, String task, long totalBytes) {
    return console.isWatched() ? new Bar(console, task, totalBytes) : new Silent();
  }

  /** Nobody watches. */
  final class Silent implements Progress {
    @Override
    public void reached(long bytes, String detail) {}

    @Override
    public void close() {}
  }

  /** A bar with percentage, size, rate and time left, removed when it is done. */
  final class Bar implements Progress {
    private static final int UPDATE_MILLIS = 200;
    private static final int DEFAULT_WIDTH = 80;
    private static final Duration STTY_LIMIT = Duration.ofMillis(500);

    private final ProgressBar bar;

    Bar(Console console, String task, long totalBytes) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(totalBytes)
              .setUnit(" MB", 1_000_000)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(UPDATE_MILLIS)
              .showSpeed()
              .clearDisplayOnFinish()
              // Of our own, with a known width: the default one starts a terminal library.
              .setConsumer(new ConsoleProgressBarConsumer(console.err(), terminalWidth() - 1))
              .build();
    }

    @Override
    public void reached(long bytes, String detail) {
      bar.stepTo(bytes);
      bar.setExtraMessage(" " + detail);
    }

    @Override
    public void close() {
      bar.close();
    }

    /** Java does not know, and the shell's COLUMNS is rarely exported. */
    private static int terminalWidth() {
      try {
        Process stty =
            new ProcessBuilder("stty", "size")
                .redirectInput(new File("/dev/tty"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (stty.waitFor(STTY_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
          String rowsAndColumns = stty.inputReader().readLine();
          int columns = rowsAndColumns.indexOf(' ') + 1;
          return Math.max(20, Integer.parseInt(rowsAndColumns.substring(columns)));
        }
      } catch (IOException | RuntimeException e) {
        // No terminal of that kind: any width will do.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return DEFAULT_WIDTH;
    }
  }
}
