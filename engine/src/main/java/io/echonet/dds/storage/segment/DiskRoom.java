package io.echonet.dds.storage.segment;

import io.echonet.dds.storage.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What the disk has room for, and for whom: the fuller it is, the fewer get any, and last those who
 * delete.
 */
final class DiskRoom {
  private static final int RESERVED_PART = 20;
  private static final int DELETING_PART = 8;

  private final Path folder;
  private final Disk disk;
  private final long reserveBytes;

  DiskRoom(Path folder, Disk disk, SegmentStoreConfig config) {
    this.folder = folder;
    this.disk = disk;
    this.reserveBytes = config.reserveBytes();
  }

  /** For chunks: all but what is kept for deleting and upkeep. */
  long forChunks() throws IOException {
    return but(reserve());
  }

  /** For what gives back at least as much when it is done: all but what is kept for deleting. */
  long forUpkeep() throws IOException {
    return but(reserve() / DELETING_PART);
  }

  private long but(long bytes) throws IOException {
    return Math.max(0, disk.freeBytes(folder) - bytes);
  }

  private long reserve() throws IOException {
    return Math.min(reserveBytes, disk.totalBytes(folder) / RESERVED_PART);
  }
}
