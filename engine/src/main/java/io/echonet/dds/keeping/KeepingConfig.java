package io.echonet.dds.keeping;

/**
 * Every bound of keeping, with defaults that serve.
 *
 * @param parallelFetches chunks that a pin or a repair fetches at once
 * @param deletionsPerSecond chunks that a collection takes a second, so that it leaves the disk to
 *     others
 */
public record KeepingConfig(int parallelFetches, int deletionsPerSecond) {
  private static final KeepingConfig DEFAULTS = new KeepingConfig(16, 2000);

  public KeepingConfig {
    if (parallelFetches < 1 || deletionsPerSecond < 1) {
      throw new IllegalArgumentException(
          parallelFetches + " fetches at once, " + deletionsPerSecond + " deletions a second");
    }
  }

  public static KeepingConfig defaults() {
    return DEFAULTS;
  }

  public KeepingConfig withDeletionsPerSecond(int chunks) {
    return new KeepingConfig(parallelFetches, chunks);
  }
}
