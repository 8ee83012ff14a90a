package io.echonet.dds.cache;

/**
 * The bounds of a {@link ChunkCache}.
 *
 * @param chunkBytes what the data chunks in memory may hold; 0 for none
 * @param manifestBytes the same for manifests, which many chunks cannot push out
 * @param diskBytes what is kept on disk, where the cache is given a store for that; what is being
 *     written, 16 MiB at most, comes on top
 * @param announced whether the network is told of what is kept, so that others fetch it from here.
 *     The records of what had to go stay with others until they expire, so this is for caches that
 *     keep things for hours
 */
public record CacheConfig(long chunkBytes, long manifestBytes, long diskBytes, boolean announced) {
  private static final long MIB = 1024 * 1024;
  private static final long DISK_BYTES = 1024 * MIB;

  /** Nothing in memory. */
  public static final CacheConfig NONE = new CacheConfig(0, 0, DISK_BYTES, false);

  private static final long HEAP = Runtime.getRuntime().maxMemory();

  private static final CacheConfig DEFAULTS =
      HEAP >= 768 * MIB
          ? new CacheConfig(256 * MIB, 16 * MIB, DISK_BYTES, false)
          : new CacheConfig(HEAP / 8, HEAP / 64, DISK_BYTES, false);

  public CacheConfig {
    if (chunkBytes < 0 || manifestBytes < 0 || diskBytes < 0) {
      throw new IllegalArgumentException(
          "a cache of %d bytes, %d for manifests, %d on disk"
              .formatted(chunkBytes, manifestBytes, diskBytes));
    }
  }

  /** 256 MiB and 16 MiB, of a heap below 768 MiB an eighth and a 64th; 1 GiB on disk. */
  public static CacheConfig defaults() {
    return DEFAULTS;
  }

  public CacheConfig withChunkBytes(long bytes) {
    return new CacheConfig(bytes, manifestBytes, diskBytes, announced);
  }

  public CacheConfig withManifestBytes(long bytes) {
    return new CacheConfig(chunkBytes, bytes, diskBytes, announced);
  }

  public CacheConfig withDiskBytes(long bytes) {
    return new CacheConfig(chunkBytes, manifestBytes, bytes, announced);
  }

  public CacheConfig withAnnounced(boolean whether) {
    return new CacheConfig(chunkBytes, manifestBytes, diskBytes, whether);
  }
}
