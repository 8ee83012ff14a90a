package io.echonet.dds.cache;

/**
 * The bounds of a {@link ChunkCache}.
 *
 * @param chunkBytes what the data chunks in it may hold; 0 for none
 * @param manifestBytes the same for manifests, which many chunks cannot push out
 */
public record CacheConfig(long chunkBytes, long manifestBytes) {
  private static final long MIB = 1024 * 1024;

  /** No cache: everything is fetched each time. */
  public static final CacheConfig NONE = new CacheConfig(0, 0);

  private static final long HEAP = Runtime.getRuntime().maxMemory();

  private static final CacheConfig DEFAULTS =
      HEAP >= 768 * MIB
          ? new CacheConfig(256 * MIB, 16 * MIB)
          : new CacheConfig(HEAP / 8, HEAP / 64);

  public CacheConfig {
    if (chunkBytes < 0 || manifestBytes < 0) {
      throw new IllegalArgumentException(
          "a cache of " + chunkBytes + " bytes, and " + manifestBytes + " for manifests");
    }
  }

  /** 256 MiB and 16 MiB; of a heap below 768 MiB an eighth and a 64th. */
  public static CacheConfig defaults() {
    return DEFAULTS;
  }
}
