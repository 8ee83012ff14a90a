package io.echonet.dds.integration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** The files that a node keeps its chunks in. */
final class StoredChunks {
  private StoredChunks() {}

  /** All of them, given the node's data folder. */
  static List<Path> of(Path data) {
    return filesIn(folder(data));
  }

  /** What the node has set aside because it rotted. */
  static List<Path> quarantined(Path data) {
    return filesIn(data.resolve("chunks/quarantine"));
  }

  /** Gives a node that is yet to start, in {@code target}, all that the one in {@code data} has. */
  static void copy(Path data, Path target) {
    try {
      for (Path file : of(data)) {
        Path copy = folder(target).resolve(folder(data).relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Changes one bit in the midst of each, as a failing disk might. */
  static void damage(Path data) {
    damage(of(data));
  }

  /** Does so to {@code count} of them, which {@code random} chooses. */
  static void damage(Path data, int count, Random random) {
    List<Path> files = new ArrayList<>(of(data));
    Collections.shuffle(files, random);
    damage(files.subList(0, count));
  }

  private static void damage(List<Path> files) {
    try {
      for (Path file : files) {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder(Path data) {
    return data.resolve("chunks/chunks");
  }

  private static List<Path> filesIn(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
