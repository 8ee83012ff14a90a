package io.echonet.dds.storage.filestore;

import io.echonet.dds.storage.StorageUsage;

/**
 * The bounds of a {@link FileStore}.
 *
 * @param maxBytes the quota: all chunks' lengths together, without what the file system adds. A
 *     store that has one reads the length of every file when it is opened
 * @param parallelOperations threads that wait for the disk, so files being written and synced at
 *     once: the file system commits together what is synced together
 * @param maxWaitingOperations operations that may wait for a thread; more are refused
 * @param maxQuarantined files set aside because their content rotted; more are deleted instead
 */
public record FileStoreConfig(
    long maxBytes, int parallelOperations, int maxWaitingOperations, int maxQuarantined) {
  /** As a quota: none but the disk's own. */
  public static final long UNLIMITED = StorageUsage.UNLIMITED;

  private static final int MAX_PARALLEL_OPERATIONS = 256;
  private static final FileStoreConfig DEFAULTS = new FileStoreConfig(UNLIMITED, 16, 4096, 64);

  public FileStoreConfig {
    if (maxBytes < 0 || maxQuarantined < 0) {
      throw new IllegalArgumentException(
          "maxBytes of " + maxBytes + " or maxQuarantined of " + maxQuarantined + " is negative");
    }
    if (parallelOperations < 1 || parallelOperations > MAX_PARALLEL_OPERATIONS) {
      throw new IllegalArgumentException(
          "parallelOperations of %d is not within 1 to %d"
              .formatted(parallelOperations, MAX_PARALLEL_OPERATIONS));
    }
    if (maxWaitingOperations < 1) {
      throw new IllegalArgumentException(
          "maxWaitingOperations of " + maxWaitingOperations + " is less than 1");
    }
  }

  /** No quota, 16 operations at once. */
  public static FileStoreConfig defaults() {
    return DEFAULTS;
  }

  public FileStoreConfig withMaxBytes(long bytes) {
    return new FileStoreConfig(bytes, parallelOperations, maxWaitingOperations, maxQuarantined);
  }

  public FileStoreConfig withParallelOperations(int operations) {
    return new FileStoreConfig(maxBytes, operations, maxWaitingOperations, maxQuarantined);
  }

  public FileStoreConfig withMaxWaitingOperations(int operations) {
    return new FileStoreConfig(maxBytes, parallelOperations, operations, maxQuarantined);
  }

  public FileStoreConfig withMaxQuarantined(int files) {
    return new FileStoreConfig(maxBytes, parallelOperations, maxWaitingOperations, files);
  }
}
