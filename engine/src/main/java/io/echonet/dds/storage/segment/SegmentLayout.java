package io.echonet.dds.storage.segment;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a store's files lie: {@code segments/00000001.segment}, {@code index} for what lies where,
 * {@code format} for what all of it is, {@code lock}.
 */
final class SegmentLayout {
  private static final Pattern SEGMENT = Pattern.compile("([0-9]{8,9})\\.segment");

  private final Path root;

  SegmentLayout(Path root) {
    this.root = root;
  }

  Path root() {
    return root;
  }

  Path lock() {
    return root.resolve("lock");
  }

  Path format() {
    return root.resolve("format");
  }

  Path newFormat() {
    return root.resolve("format.new");
  }

  Path segments() {
    return root.resolve("segments");
  }

  Path snapshot() {
    return root.resolve("index");
  }

  Path newSnapshot() {
    return root.resolve("index.new");
  }

  /** What the root may hold. */
  List<Path> parts() {
    return List.of(lock(), format(), newFormat(), segments(), snapshot(), newSnapshot());
  }

  Path segment(int number) {
    return segments().resolve("%08d.segment".formatted(number));
  }

  /** The number that {@code file} is named by; empty where it is none of ours. */
  static OptionalInt numberOf(Path file) {
    Matcher name = SEGMENT.matcher(String.valueOf(file.getFileName()));
    return name.matches() ? OptionalInt.of(Integer.parseInt(name.group(1))) : OptionalInt.empty();
  }
}
