package io.echonet.dds.storage.filestore;

import io.echonet.dds.storage.StorageFullException;
import java.nio.file.Path;

/** The bytes that chunks may take in all, and do. */
final class Quota {
  private final Path root;
  private final long maxBytes;
  private long usedBytes;

  Quota(Path root, long maxBytes) {
    this.root = root;
    this.maxBytes = maxBytes;
  }

  boolean isLimited() {
    return maxBytes != FileStoreConfig.UNLIMITED;
  }

  /** Counts what is there already, be it more than is allowed. */
  synchronized void count(long bytes) {
    usedBytes += bytes;
  }

  synchronized void reserve(long bytes) {
    if (isLimited() && usedBytes + bytes > maxBytes) {
      throw new StorageFullException(
          "%s is full: %d bytes more than the %d there would exceed its quota of %d"
              .formatted(root, bytes, usedBytes, maxBytes));
    }
    usedBytes += bytes;
  }

  synchronized void release(long bytes) {
    usedBytes -= bytes;
  }
}
