package io.echonet.dds.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder for the files of a benchmark's nodes, which is deleted in the end. */
final class Stores implements AutoCloseable {
  private final Path folder;

  private Stores(Path folder) {
    this.folder = folder;
  }

  static Stores create() throws IOException {
    return new Stores(Files.createTempDirectory("dds-benchmark"));
  }

  /** For files of no node. */
  Path folder() {
    return folder;
  }

  /** Where the store of {@code node} may be; the node's other files come beside it. */
  Path of(String node) throws IOException {
    return Files.createDirectories(folder.resolve(node)).resolve("chunks");
  }

  /** The store of {@code node}, with what {@code from} has at the moment. */
  Path copy(Path from, String node) throws IOException {
    Path to = of(node);
    for (Path path : walk(from)) {
      Path copy = to.resolve(from.relativize(path));
      if (Files.isDirectory(path)) {
        Files.createDirectories(copy);
      } else {
        Files.copy(path, copy);
      }
    }
    return to;
  }

  private static List<Path> walk(Path from) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      return all.toList();
    }
  }

  @Override
  public void close() throws IOException {
    for (Path path : walk(folder).stream().sorted(Comparator.reverseOrder()).toList()) {
      Files.delete(path);
    }
  }
}
