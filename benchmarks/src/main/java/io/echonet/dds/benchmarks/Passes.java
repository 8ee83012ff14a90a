package io.echonet.dds.benchmarks;

import java.io.IOException;

/**
 * How a child process is told to go: a line on its standard input begins a pass, and at the sending
 * side another ends it; the end of the input ends the process.
 */
final class Passes {
  private Passes() {}

  /** Waits for the next pass; false when there is none. */
  static boolean await() throws IOException {
    return awaitLine();
  }

  /** Waits until the other side has received all of the pass. */
  static void awaitEnd() throws IOException {
    if (!awaitLine()) {
      throw new IOException("told to end in the middle of a pass");
    }
  }

  /** The next line, which says what to do. */
  static String read() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = System.in.read(); c >= 0 && c != '\n'; c = System.in.read()) {
      line.append((char) c);
    }
    return line.toString();
  }

  private static boolean awaitLine() throws IOException {
    for (int c = System.in.read(); c >= 0; c = System.in.read()) {
      if (c == '\n') {
        return true;
      }
    }
    return false;
  }
}
