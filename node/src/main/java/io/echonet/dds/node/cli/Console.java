package io.echonet.dds.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.echonet.dds.node.config.MachineException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The three streams of the process: results go to standard output and nothing else does; all that
 * is said about them goes to standard error.
 */
final class Console {
  private final InputStream in;
  private final OutputStream out;
  private final PrintStream err;
  private final boolean outIsPipe;
  private final boolean isWatched;

  private Console(
      InputStream in, OutputStream out, PrintStream err, boolean outIsPipe, boolean isWatched) {
    this.in = in;
    this.out = out;
    this.err = err;
    this.outIsPipe = outIsPipe;
    this.isWatched = isWatched;
  }

  /** The process's own streams, as UTF-8 whatever the locale, so that scripts can rely on it. */
  static Console ofProcess() {
    String outTarget = target(1);
    String errTarget = target(2);
    return new Console(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8),
        outTarget.startsWith("pipe:") || outTarget.startsWith("socket:"),
        isTerminal(errTarget) && !isTerminal(outTarget));
  }

  private static boolean isTerminal(String target) {
    return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
  }

  /** Streams of somebody's own, standard output being the end of a pipe. */
  static Console of(InputStream in, OutputStream out, PrintStream err) {
    return new Console(in, out, err, true, false);
  }

  /** What the kernel says a file descriptor leads to; {@code System.console()} knows no stderr. */
  private static String target(int descriptor) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  InputStream in() {
    return in;
  }

  PrintStream err() {
    return err;
  }

  /** Standard output for help texts, which were asked for and so are results. */
  PrintWriter outWriter() {
    return new PrintWriter(out, true, UTF_8);
  }

  PrintWriter errWriter() {
    return new PrintWriter(err, true, UTF_8);
  }

  /**
   * Whether progress may be drawn: standard error is a terminal, and standard output is not the
   * same one, full of somebody's content.
   */
  boolean isWatched() {
    return isWatched;
  }

  /**
   * One line of result, written when this returns.
   *
   * @throws ReaderGoneException where nobody reads any more
   * @throws MachineException where it can't be written
   */
  void result(String line) {
    write(ByteBuffer.wrap((line + "\n").getBytes(UTF_8)));
  }

  /**
   * Bytes of result; blocks while the reader is slow.
   *
   * @throws ReaderGoneException where nobody reads any more
   * @throws MachineException where they can't be written
   */
  void write(ByteBuffer bytes) {
    WritableByteChannel channel = Channels.newChannel(out);
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      out.flush();
    } catch (IOException e) {
      throw outIsPipe
          ? new ReaderGoneException(e)
          : MachineException.of("cannot write to standard output", e);
    }
  }

  /** One line for people. */
  void note(String line) {
    err.println(line);
  }
}
