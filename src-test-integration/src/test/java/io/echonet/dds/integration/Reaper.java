package io.echonet.dds.integration;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * A small process that outlives this JVM for a moment, to kill what the tests started should this
 * JVM end without doing so: it learns of that by the end of its standard input.
 */
final class Reaper {
  private static final String SCRIPT =
      """
      pids=' '
      while read -r what pid; do
        case $what in
          add) pids="$pids$pid " ;;
          forget)
            case $pids in
              *" $pid "*) pids="${pids%% $pid *} ${pids#* $pid }" ;;
            esac ;;
        esac
      done
      [ "$pids" = ' ' ] || kill -KILL $pids
      """;

  private static final Reaper INSTANCE = new Reaper();

  private final OutputStream orders;

  private Reaper() {
    try {
      // A signal for the whole group, such as Ctrl-C, must leave it to do its work.
      orders =
          new ProcessBuilder("sh", "-c", "trap '' INT TERM HUP\n" + SCRIPT)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .getOutputStream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on {@code pid} does not outlive this JVM. */
  static void add(long pid) {
    INSTANCE.order("add " + pid);
  }

  /** The process has ended, and another may get its id. */
  static void forget(long pid) {
    INSTANCE.order("forget " + pid);
  }

  private synchronized void order(String line) {
    try {
      orders.write((line + "\n").getBytes(US_ASCII));
      orders.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the reaper of child processes has gone", e);
    }
  }
}
