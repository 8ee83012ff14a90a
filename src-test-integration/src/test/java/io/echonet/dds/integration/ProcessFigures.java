package io.echonet.dds.integration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the kernel says of a running process. */
final class ProcessFigures {
  private ProcessFigures() {}

  /** The most memory it has had resident so far, in bytes. */
  static long peakResidentBytes(long pid) {
    return valueOf(pid, "status", "VmHWM:") * 1024;
  }

  /** The memory it has resident now, in bytes. */
  static long residentBytes(long pid) {
    return valueOf(pid, "status", "VmRSS:") * 1024;
  }

  /**
   * The bytes it has read so far by {@code read} and its kin, whether from the disk or from the
   * kernel's memory.
   */
  static long bytesRead(long pid) {
    return valueOf(pid, "io", "rchar:");
  }

  /** The bytes it has had written so far by {@code write} and its kin. */
  static long bytesWritten(long pid) {
    return valueOf(pid, "io", "wchar:");
  }

  /** Resets the peak of {@link #peakResidentBytes} to what is resident now. */
  static void resetPeak(long pid) {
    try {
      Files.writeString(Path.of("/proc", Long.toString(pid), "clear_refs"), "5");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long valueOf(long pid, String file, String name) {
    try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), file))) {
      return lines
          .filter(line -> line.startsWith(name))
          .mapToLong(
              line -> Long.parseLong(line.substring(name.length()).replace("kB", "").strip()))
          .findFirst()
          .orElseThrow(() -> new NoSuchFileException(name + " of process " + pid));
    } catch (IOException e) {
      throw new UncheckedIOException("process " + pid + " has ended", e);
    }
  }
}
