package io.echonet.dds.storage.segment;

import io.echonet.dds.storage.disk.Disk;
import io.echonet.dds.storage.disk.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One file of records, opened when it is used. */
final class Segment {
  private static final Logger LOG = LoggerFactory.getLogger(Segment.class);

  private final int number;
  private final Path path;
  private final Disk disk;
  private @Nullable DiskFile file;
  private int users;
  private boolean deleted;
  private volatile long size;
  private long liveBytes;
  private long keptBytes;

  /** {@code size} is where the last record ends. */
  Segment(int number, Path path, Disk disk, long size) {
    this.number = number;
    this.path = path;
    this.disk = disk;
    this.size = size;
  }

  int number() {
    return number;
  }

  Path path() {
    return path;
  }

  /** Where its last durable record ends. */
  long size() {
    return size;
  }

  void setSize(long newSize) {
    size = newSize;
  }

  /** Counts a record of a chunk that lies here, or, negative, no longer counts. */
  synchronized void addLive(long bytes) {
    liveBytes += bytes;
  }

  /** What the chunks that lie here take up, of what all records do. */
  synchronized long liveBytes() {
    return liveBytes;
  }

  /** Counts what is written here besides chunks, so that what says who is gone is not garbage. */
  synchronized void addKept(long bytes) {
    keptBytes += bytes;
  }

  /** What a compaction would write elsewhere: after an opening it may turn out to be more. */
  synchronized long countingBytes() {
    return liveBytes + keptBytes;
  }

  /** What a compaction would gain: after an opening it may turn out to be less. */
  synchronized long garbage() {
    return size - SegmentHeader.BYTES - countingBytes();
  }

  /** The open file; to be {@link #release}d. */
  synchronized DiskFile acquire() throws IOException {
    if (file == null) {
      file = disk.open(path);
    }
    users++;
    return file;
  }

  synchronized void release() {
    users--;
    if (deleted) {
      close();
    }
  }

  /** The file goes; those who are reading it still can, and the last of them closes it. */
  synchronized void delete() throws IOException {
    deleted = true;
    try {
      disk.delete(path);
    } finally {
      // When it is deleted later, its room must not stay taken by a file that is still open.
      close();
    }
  }

  /** Makes it a new file, with a header, that is durable but for its name. */
  synchronized void create(SegmentHeader header) throws IOException {
    DiskFile created = disk.create(path);
    try {
      created.write(header.encode(), 0);
      created.force();
      file = created;
    } catch (IOException | RuntimeException e) {
      created.close();
      disk.delete(path);
      throw e;
    }
  }

  /** Closes the file unless it is in use; answers whether it is closed. */
  synchronized boolean close() {
    if (file != null && users == 0) {
      try {
        file.close();
      } catch (IOException e) {
        LOG.debug("could not close {}", path, e);
      }
      file = null;
    }
    return file == null;
  }

  @Override
  public String toString() {
    return "segment " + path.getFileName();
  }
}
