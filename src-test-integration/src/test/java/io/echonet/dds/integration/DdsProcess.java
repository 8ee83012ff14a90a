package io.echonet.dds.integration;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A run of the program, {@code java -jar dds.jar …}, from start to end. */
final class DdsProcess implements AutoCloseable {
  /** Far beyond what any run takes: a limit for what hangs, on a machine that does other things. */
  static final Duration LIMIT = Duration.ofMinutes(2);

  private final ChildProcess process;
  private final Path standardOutput;

  DdsProcess(ChildProcess process, Path standardOutput) {
    this.process = process;
    this.standardOutput = standardOutput;
  }

  ChildProcess process() {
    return process;
  }

  long pid() {
    return process.pid();
  }

  /** What it prints as it comes; only where it was started with a pipe. */
  InputStream pipe() {
    return process.out();
  }

  /** Waits for its end. */
  Result await() {
    int exitCode = process.awaitExit(LIMIT);
    return new Result(exitCode, standardOutput(), process.standardError());
  }

  /** What it has printed so far; nothing where it was started with a pipe. */
  String standardOutput() {
    try {
      return Files.exists(standardOutput) ? Files.readString(standardOutput, UTF_8) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.close();
  }

  /** How a run ended. */
  record Result(int exitCode, String standardOutput, String standardError) {
    /** What was printed for scripts to read, by a run that did what it was to do. */
    String output() {
      if (exitCode != 0) {
        throw new AssertionError(this);
      }
      return standardOutput.strip();
    }

    /** The lines on standard error. */
    String[] errorLines() {
      return standardError.strip().split("\\R");
    }
  }
}
