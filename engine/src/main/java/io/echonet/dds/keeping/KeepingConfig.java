package io.echonet.dds.keeping;

import java.time.Duration;

/**
 * Every bound of keeping, with defaults that serve.
 *
 * @param parallelFetches chunks that a pin fetches at once
 * @param deletionsPerSecond chunks that a collection takes a second, so that it leaves the disk to
 *     others
 * @param scrubBytesPerSecond what scrubbing reads a second: at 4 MiB a terabyte takes three days
 * @param scrubInterval how long after all has been looked at that begins again
 * @param quotaHighPercent how full a store with a quota must be for chunks to be taken that nothing
 *     keeps
 * @param quotaLowPercent how full it is thereafter, where that is possible
 * @param rememberedUses chunks of which it is remembered when they were used, so that the others go
 *     first; 100 bytes each
 */
public record KeepingConfig(
    int parallelFetches,
    int deletionsPerSecond,
    long scrubBytesPerSecond,
    Duration scrubInterval,
    int quotaHighPercent,
    int quotaLowPercent,
    int rememberedUses) {
  private static final KeepingConfig DEFAULTS =
      new KeepingConfig(16, 2000, 4 * 1024 * 1024, Duration.ofDays(1), 95, 85, 65_536);

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
    if (quotaLowPercent < 0 || quotaHighPercent < quotaLowPercent || quotaHighPercent > 100) {
      throw new IllegalArgumentException(
          "marks of a quota at " + quotaHighPercent + " and " + quotaLowPercent + " percent");
    }
    if (rememberedUses < 1) {
      throw new IllegalArgumentException(rememberedUses + " remembered uses");
    }
  }

  public static KeepingConfig defaults() {
    return DEFAULTS;
  }

  public KeepingConfig withParallelFetches(int chunks) {
    return new KeepingConfig(
        chunks,
        deletionsPerSecond,
        scrubBytesPerSecond,
        scrubInterval,
        quotaHighPercent,
        quotaLowPercent,
        rememberedUses);
  }

  public KeepingConfig withDeletionsPerSecond(int chunks) {
    return new KeepingConfig(
        parallelFetches,
        chunks,
        scrubBytesPerSecond,
        scrubInterval,
        quotaHighPercent,
        quotaLowPercent,
        rememberedUses);
  }

  /** How fast scrubbing goes, and how often. */
  public KeepingConfig withScrubbing(long bytesPerSecond, Duration interval) {
    return new KeepingConfig(
        parallelFetches,
        deletionsPerSecond,
        bytesPerSecond,
        interval,
        quotaHighPercent,
        quotaLowPercent,
        rememberedUses);
  }

  /** When a store with a quota is rid of what nothing keeps, and how far, in percent of it. */
  public KeepingConfig withQuotaMarks(int highPercent, int lowPercent) {
    return new KeepingConfig(
        parallelFetches,
        deletionsPerSecond,
        scrubBytesPerSecond,
        scrubInterval,
        highPercent,
        lowPercent,
        rememberedUses);
  }
}
