package io.echonet.dds.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process has used of the machine so far, by the operating system's own account. */
record Usage(double cpuSeconds, long peakMemoryBytes) {
  static Usage now() {
    if (!(ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system)) {
      throw new IllegalStateException("this JVM does not tell its processor time");
    }
    return new Usage(system.getProcessCpuTime() / 1e9, readPeakMemory());
  }

  private static long readPeakMemory() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
