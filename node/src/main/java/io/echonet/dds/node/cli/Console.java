package io.echonet.dds.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.echonet.dds.node.config.MachineException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * The three streams of the process: results go to standard output and nothing else does; all that
 * is said about them goes to standard error.
 */
final class Console {
  private static final String JDK_CLASSES =
      realPath(System.getProperty("java.home") + "/lib/modules");
  private static final String PROGRAM = realPath(System.getProperty("java.class.path"));

  private final InputStream in;
  private final OutputStream out;
  private final PrintStream err;
  private final boolean outIsPipe;
  private final boolean outIsTerminal;
  private final boolean isWatched;
  private final boolean hasInput;

  private Console(
      InputStream in,
      OutputStream out,
      PrintStream err,
      String inTarget,
      String outTarget,
      String errTarget) {
    this.in = in;
    this.out = out;
    this.err = err;
    this.outIsPipe = outTarget.startsWith("pipe:") || outTarget.startsWith("socket:");
    this.outIsTerminal = isTerminal(outTarget);
    this.isWatched = isTerminal(errTarget);
    this.hasInput = !isFileOfTheJvm(inTarget);
  }

  /** The process's own streams, as UTF-8 whatever the locale, so that scripts can rely on it. */
  static Console ofProcess() {
    return new Console(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8),
        target(0),
        target(1),
        target(2));
  }

  private static boolean isTerminal(String target) {
    return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
  }

  /** Streams of somebody's own, standard output being the end of a pipe. */
  static Console of(InputStream in, OutputStream out, PrintStream err) {
    return new Console(in, out, err, "pipe:", "pipe:", "pipe:");
  }

  /** What the kernel says a file descriptor leads to; {@code System.console()} knows no stderr. */
  private static String target(int descriptor) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  /**
   * Whether a file descriptor leads to what the JVM itself has opened: where the process was
   * started with the descriptor closed, its number went to the first file that was opened, and
   * reading that would give a part of the JDK for content.
   */
  private static boolean isFileOfTheJvm(String target) {
    return target.equals(JDK_CLASSES)
        || target.endsWith(".jsa")
        || target.endsWith(".aot")
        || target.equals(PROGRAM);
  }

  private static String realPath(String path) {
    try {
      return Path.of(path).toRealPath().toString();
    } catch (IOException | InvalidPathException e) {
      return path;
    }
  }

  /**
   * What is typed or piped in.
   *
   * @throws MachineException where the process was started without a standard input
   */
  InputStream in() {
    if (!hasInput) {
      throw new MachineException("cannot read standard input: it is closed");
    }
    return in;
  }

  PrintStream err() {
    return err;
  }

  /** Standard output for help texts, which were asked for and so are results. */
  PrintWriter outWriter() {
    return new PrintWriter(new OutputStreamWriter(new Results(), UTF_8), true);
  }

  PrintWriter errWriter() {
    return new PrintWriter(err, true, UTF_8);
  }

  /** Whether standard output is a terminal, where content leaves no room for anything else. */
  boolean outIsTerminal() {
    return outIsTerminal;
  }

  /** Whether progress may be drawn: standard error is a terminal. */
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

  /** Results as a stream; unlike what a {@link PrintWriter} gets otherwise, failures are thrown. */
  private final class Results extends OutputStream {
    @Override
    public void write(int value) {
      Console.this.write(ByteBuffer.wrap(new byte[] {(byte) value}));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      Console.this.write(ByteBuffer.wrap(bytes, offset, length));
    }
  }

  /** One line for people. */
  void note(String line) {
    err.println(line);
  }
}
