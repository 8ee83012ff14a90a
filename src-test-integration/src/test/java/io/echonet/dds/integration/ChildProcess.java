package io.echonet.dds.integration;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A process that a test started, what it says on standard error in a file. It ends when it is
 * closed, and at the latest with this JVM.
 */
final class ChildProcess implements AutoCloseable {
  private static final Duration KILL_LIMIT = Duration.ofSeconds(10);

  private final String name;
  private final Process process;
  private final Path standardError;

  private ChildProcess(String name, Process process, Path standardError) {
    this.name = name;
    this.process = process;
    this.standardError = standardError;
  }

  /** Starts what {@code builder} describes. */
  static ChildProcess start(String name, ProcessBuilder builder, Path standardError) {
    try {
      Process process = builder.redirectError(standardError.toFile()).start();
      Reaper.add(process.pid());
      return new ChildProcess(name, process, standardError);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long pid() {
    return process.pid();
  }

  /** What it reads. */
  OutputStream in() {
    return process.getOutputStream();
  }

  /** What it prints, unless that goes to a file. */
  InputStream out() {
    return process.getInputStream();
  }

  /** What it has said on standard error so far. */
  String standardError() {
    try {
      return Files.readString(standardError, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Its exit code; fails where it has not ended within {@code limit}. */
  int awaitExit(Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(this + " has not ended within " + limit + described());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + this + described(), e);
    }
    Reaper.forget(pid());
    return process.exitValue();
  }

  /** Sends a signal by its name without {@code SIG}. */
  void signal(String signal) {
    try {
      int code =
          new ProcessBuilder("sh", "-c", "kill -" + signal + " " + pid())
              .inheritIO()
              .start()
              .waitFor();
      if (code != 0 && isAlive()) {
        throw new AssertionError("kill -" + signal + " of " + this + " failed with " + code);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Ends it with SIGKILL and waits until it has gone. */
  void kill() {
    // By its handle: Process.destroyForcibly would also throw away what is left to read.
    process.toHandle().destroyForcibly();
    awaitExit(KILL_LIMIT);
  }

  @Override
  public void close() {
    kill();
  }

  /** What it is and what it said, to be told with a failure. */
  String described() {
    String said = standardError().strip();
    return "\n--- " + this + (said.isEmpty() ? ": nothing" : ":\n" + said) + "\n---";
  }

  @Override
  public String toString() {
    return name + " (pid " + pid() + ')';
  }
}
