package io.echonet.dds.storage.disk;

import io.echonet.dds.storage.StorageFullException;
import io.echonet.dds.storage.StorageUsage;
import java.nio.file.Path;

/** The bytes that chunks may take in all, and do; and how many there are. */
public final class Quota {
  private final Path root;
  private final long maxBytes;
  private long usedBytes;
  private long chunks;

  public Quota(Path root, long maxBytes) {
    this.root = root;
    this.maxBytes = maxBytes;
  }

  public boolean isLimited() {
    return maxBytes != StorageUsage.UNLIMITED;
  }

  /** Counts a chunk that is there already, be it more than is allowed. */
  public synchronized void count(long bytes) {
    usedBytes += bytes;
    chunks++;
  }

  public synchronized void reserve(long bytes) {
    if (isLimited() && usedBytes + bytes > maxBytes) {
      throw new StorageFullException(
          "%s is full: %d bytes more than the %d there would exceed its quota of %d"
              .formatted(root, bytes, usedBytes, maxBytes));
    }
    usedBytes += bytes;
    chunks++;
  }

  public synchronized void release(long bytes) {
    usedBytes -= bytes;
    chunks--;
  }

  /** What {@code freeOnDisk} bytes and the quota leave. */
  public synchronized StorageUsage usage(long freeOnDisk) {
    long free = Math.max(0, Math.min(maxBytes - usedBytes, freeOnDisk));
    return new StorageUsage(chunks, usedBytes, maxBytes, free);
  }
}
