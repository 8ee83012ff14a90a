package io.echonet.dds.storage.memory;

/**
 * The bounds of an {@link InMemoryStore}.
 *
 * @param maxBytes all chunks' lengths together
 * @param maxChunks chunks, however short: each takes some 250 bytes beside its own
 */
public record InMemoryStoreConfig(long maxBytes, int maxChunks) {
  private static final InMemoryStoreConfig DEFAULTS = new InMemoryStoreConfig(256L << 20, 65_536);

  public InMemoryStoreConfig {
    if (maxBytes < 0 || maxChunks < 0) {
      throw new IllegalArgumentException(
          "maxBytes of " + maxBytes + " or maxChunks of " + maxChunks + " is negative");
    }
  }

  /** 256 MiB in at most 65,536 chunks. */
  public static InMemoryStoreConfig defaults() {
    return DEFAULTS;
  }

  public InMemoryStoreConfig withMaxBytes(long bytes) {
    return new InMemoryStoreConfig(bytes, maxChunks);
  }

  public InMemoryStoreConfig withMaxChunks(int chunks) {
    return new InMemoryStoreConfig(maxBytes, chunks);
  }
}
