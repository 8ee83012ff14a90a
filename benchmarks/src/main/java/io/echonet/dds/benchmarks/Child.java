package io.echonet.dds.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process that does one side of a benchmark, a pass for each line it is sent; most are JVMs of
 * this program's own kind.
 */
final class Child implements AutoCloseable {
  private final Process process;
  private final BufferedReader lines;

  private Child(Process process) {
    this.process = process;
    this.lines = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts {@code command} on this JVM, with this class path and this JVM's own options. */
  static Child start(List<String> jvmOptions, String... command) throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(jvmOptions);
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("-"))
        .forEach(words::add);
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    words.addAll(List.of(command));
    return start(new ProcessBuilder(words));
  }

  /** Starts any other program that is steered by lines. */
  static Child start(ProcessBuilder builder) throws IOException {
    return new Child(builder.redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** Lets the child do one pass; its answer is read with {@link #line}. */
  void go() throws IOException {
    tell("");
  }

  /** Tells the child what to do. */
  void tell(String command) throws IOException {
    process.getOutputStream().write((command + '\n').getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /** Tells the child what to do, and waits for its figures. */
  Sample ask(String command) throws IOException {
    tell(command);
    return Sample.parse(line());
  }

  /** The next line the child prints. */
  String line() {
    try {
      String line = lines.readLine();
      if (line == null) {
        throw new IllegalStateException("the child process has ended early: " + process.info());
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Ends it as a power cut would, and returns when it is gone. What it has said until then can
   * still be read: {@link Process#destroyForcibly} would close the pipe with what is in it.
   */
  void kill() {
    process.toHandle().destroyForcibly();
    process.onExit().join();
  }

  /** Tells the child that there is no further pass, and ends it where it does not end by itself. */
  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    process
        .onExit()
        .completeOnTimeout(process, 10, TimeUnit.SECONDS)
        .thenAccept(Process::destroyForcibly)
        .join();
  }
}
