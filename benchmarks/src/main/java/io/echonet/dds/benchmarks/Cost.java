package io.echonet.dds.benchmarks;

import java.util.Map;

/** What a pass has cost a process that is not timed itself. */
final class Cost {
  private Cost() {}

  static Sample since(Usage before) {
    Usage now = Usage.now();
    return new Sample(
        Map.of(
            "cpu",
            now.cpuSeconds() - before.cpuSeconds(),
            "memory",
            (double) now.peakMemoryBytes()));
  }
}
