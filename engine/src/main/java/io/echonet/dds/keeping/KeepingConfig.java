package io.echonet.dds.keeping;

import java.time.Duration;

/**
 * Every bound of keeping, with defaults that serve.
 *
 * @param parallelFetches chunks that a pin or a repair fetches at once
 * @param deletionsPerSecond chunks that a collection takes a second, so that it leaves the disk to
 *     others
 * @param scrubBytesPerSecond what scrubbing reads a second: at 4 MiB a terabyte takes three days
 * @param scrubInterval how long after all has been looked at that begins again
 */
public record KeepingConfig(
    int parallelFetches, int deletionsPerSecond, long scrubBytesPerSecond, Duration scrubInterval) {
  private static final KeepingConfig DEFAULTS =
      new KeepingConfig(16, 2000, 4 * 1024 * 1024, Duration.ofDays(1));

  public KeepingConfig {
    if (parallelFetches < 1 || deletionsPerSecond < 1 || scrubBytesPerSecond < 1) {
      throw new IllegalArgumentException(
          parallelFetches
              + " fetches at once, "
              + deletionsPerSecond
              + " deletions and "
              + scrubBytesPerSecond
              + " scrubbed bytes a second");
    }
    if (scrubInterval.isNegative()) {
      throw new IllegalArgumentException("scrubbing every " + scrubInterval);
    }
  }

  public static KeepingConfig defaults() {
    return DEFAULTS;
  }

  public KeepingConfig withParallelFetches(int chunks) {
    return new KeepingConfig(chunks, deletionsPerSecond, scrubBytesPerSecond, scrubInterval);
  }

  public KeepingConfig withDeletionsPerSecond(int chunks) {
    return new KeepingConfig(parallelFetches, chunks, scrubBytesPerSecond, scrubInterval);
  }

  /** How fast scrubbing goes, and how often. */
  public KeepingConfig withScrubbing(long bytesPerSecond, Duration interval) {
    return new KeepingConfig(parallelFetches, deletionsPerSecond, bytesPerSecond, interval);
  }
}
