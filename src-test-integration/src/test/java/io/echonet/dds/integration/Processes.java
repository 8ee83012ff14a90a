package io.echonet.dds.integration;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The processes of a test, or where it is static those of a test class, and a folder for what they
 * write. Afterwards all are ended, whatever happened, and the folder is gone; when a test fails,
 * what the processes said is printed.
 */
final class Processes implements AfterTestExecutionCallback, AfterEachCallback, AfterAllCallback {
  private static final Path JAR =
      Path.of(requireNonNull(System.getProperty("dds.jar"))).normalize();
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin/java").toString();

  /** What is over at once is mostly start: this halves it. */
  private static final List<String> FOR_BRIEF_RUNS =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private static final List<String> ARCHIVE = ClassArchive.options(JAVA, JAR);

  private final boolean ofClass;
  private boolean brief;
  private final Deque<ChildProcess> running = new ArrayDeque<>();
  private @Nullable Path folder;
  private int started;

  private Processes(boolean ofClass) {
    this.ofClass = ofClass;
  }

  /** For a field of the test: ended after each. */
  static Processes ofTest() {
    return new Processes(false);
  }

  /** For a static field: ended after all tests of the class. */
  static Processes ofClass() {
    return new Processes(true);
  }

  /** The same for programs that have little to do. */
  Processes brief() {
    brief = true;
    return this;
  }

  /** A name for something new in the folder. */
  Path path(String name) {
    try {
      if (folder == null) {
        folder = Files.createTempDirectory("dds-it-");
      }
      return folder.resolve(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs the program to its end. */
  DdsProcess.Result run(String... arguments) {
    return dds(arguments).start().await();
  }

  /** The program with these arguments, to be started. */
  Launch dds(String... arguments) {
    return new Launch(List.of(arguments));
  }

  /** A node on loopback with a data folder of its own name, once it is ready. */
  DdsNode node(String name, String... more) {
    return node(name, List.of(), more);
  }

  /** As {@link #node(String, String...)}, with options for its JVM. */
  DdsNode node(String name, List<String> jvmOptions, String... more) {
    Path data = path(name);
    Launch launch = dds(DdsNode.arguments(data, more)).jvm(jvmOptions.toArray(String[]::new));
    return DdsNode.awaitReady(launch.piped().start(), data);
  }

  /** Starts anything else; it is ended with the others. */
  ChildProcess start(String name, ProcessBuilder builder) {
    ChildProcess process = ChildProcess.start(name, builder, path(++started + ".stderr"));
    running.push(process);
    return process;
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    if (context.getExecutionException().isPresent()) {
      running.descendingIterator().forEachRemaining(child -> System.out.println(child.described()));
    }
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    if (!ofClass) {
      close();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    close();
  }

  private void close() throws IOException {
    try {
      running.forEach(child -> child.kill());
    } finally {
      running.clear();
      if (folder != null) {
        deleteAll(folder);
        folder = null;
      }
    }
  }

  private static void deleteAll(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      try (var entries = Files.list(path)) {
        for (Iterator<Path> each = entries.iterator(); each.hasNext(); ) {
          deleteAll(each.next());
        }
      }
    }
    Files.delete(path);
  }

  /** A run of the program that is about to start. */
  final class Launch {
    private final List<String> arguments;
    private final List<String> before = new ArrayList<>();
    private final List<String> flags = new ArrayList<>();
    private boolean piped;

    private Launch(List<String> arguments) {
      this.arguments = arguments;
    }

    /** With these options for the JVM. */
    Launch jvm(String... options) {
      flags.addAll(List.of(options));
      return this;
    }

    /** Started by a command that replaces itself with the program. */
    Launch under(String... command) {
      before.addAll(List.of(command));
      return this;
    }

    /** What it prints is read by the test as it comes, rather than kept in a file. */
    Launch piped() {
      piped = true;
      return this;
    }

    DdsProcess start() {
      List<String> command = new ArrayList<>(before);
      command.add(JAVA);
      command.addAll(brief ? FOR_BRIEF_RUNS : List.of());
      command.addAll(ARCHIVE);
      command.addAll(flags);
      command.addAll(List.of("-jar", JAR.toString()));
      command.addAll(arguments);
      ProcessBuilder builder = new ProcessBuilder(command).directory(path(".").toFile());
      builder.environment().keySet().removeIf(name -> name.matches("_?JAVA_.*|JDK_JAVA_.*|DDS_.*"));
      Path output = path(++started + ".stdout");
      if (!piped) {
        builder.redirectOutput(output.toFile());
      }
      String name = "dds " + String.join(" ", arguments);
      return new DdsProcess(Processes.this.start(name, builder), output);
    }
  }
}
