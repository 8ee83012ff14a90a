package io.echonet.dds.storage.segment;

import io.echonet.dds.storage.StorageUsage;

/**
 * The bounds of a {@link SegmentStore}.
 *
 * @param maxBytes the quota: the lengths of all chunks held together. What was deleted takes room
 *     on the disk beyond it until it is compacted
 * @param segmentBytes where a segment is full and the next is begun; one that holds a single longer
 *     manifest may be longer
 * @param commitBytes the most that one sync makes durable together
 * @param parallelReads threads that wait for the disk to read; one more writes
 * @param maxWaitingOperations reads that may wait for a thread, and as many stores for a sync; more
 *     are refused
 * @param maxOpenSegments segments whose files are kept open between reads
 * @param snapshotBytes how much is written until the index is written out again, which bounds what
 *     is read when the store is opened after a crash
 * @param garbagePercent how much of a segment, of what was deleted, is left where it is
 * @param compactionBytesPerSecond of chunks that are moved so that a segment can go
 * @param reserveBytes of the disk that chunks leave free, or a twentieth of a disk that is smaller
 *     than twenty times that: deleting is writing, and so is compaction, which leaves an eighth of
 *     it to the former
 */
public record SegmentStoreConfig(
    long maxBytes,
    int segmentBytes,
    int commitBytes,
    int parallelReads,
    int maxWaitingOperations,
    int maxOpenSegments,
    long snapshotBytes,
    int garbagePercent,
    long compactionBytesPerSecond,
    long reserveBytes) {
  private static final int MIN_SEGMENT_BYTES = 4096;
  private static final int MAX_SEGMENT_BYTES = 1 << 30;
  private static final int MAX_PARALLEL_READS = 256;
  private static final SegmentStoreConfig DEFAULTS =
      new SegmentStoreConfig(
          StorageUsage.UNLIMITED,
          128 << 20,
          16 << 20,
          16,
          4096,
          256,
          2L << 30,
          25,
          32L << 20,
          128L << 20);

  public SegmentStoreConfig {
    if (maxBytes < 0) {
      throw new IllegalArgumentException("maxBytes of " + maxBytes + " is negative");
    }
    checkRange("segmentBytes", segmentBytes, MIN_SEGMENT_BYTES, MAX_SEGMENT_BYTES);
    checkRange("commitBytes", commitBytes, 1, segmentBytes);
    checkRange("parallelReads", parallelReads, 1, MAX_PARALLEL_READS);
    checkRange("maxWaitingOperations", maxWaitingOperations, 1, Integer.MAX_VALUE);
    checkRange("maxOpenSegments", maxOpenSegments, 1, Integer.MAX_VALUE);
    checkRange("snapshotBytes", snapshotBytes, 1, Long.MAX_VALUE);
    checkRange("garbagePercent", garbagePercent, 1, 99);
    checkRange("compactionBytesPerSecond", compactionBytesPerSecond, 1, Long.MAX_VALUE);
    checkRange("reserveBytes", reserveBytes, 0, Long.MAX_VALUE);
  }

  private static void checkRange(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s of %d is not within %d to %d".formatted(name, value, min, max));
    }
  }

  /** No quota, segments of 128 MiB, at most 16 MiB a sync. */
  public static SegmentStoreConfig defaults() {
    return DEFAULTS;
  }

  public SegmentStoreConfig withMaxBytes(long bytes) {
    return new SegmentStoreConfig(
        bytes,
        segmentBytes,
        commitBytes,
        parallelReads,
        maxWaitingOperations,
        maxOpenSegments,
        snapshotBytes,
        garbagePercent,
        compactionBytesPerSecond,
        reserveBytes);
  }

  /** Also makes {@code commitBytes} no more than that. */
  public SegmentStoreConfig withSegmentBytes(int bytes) {
    return new SegmentStoreConfig(
        maxBytes,
        bytes,
        Math.min(bytes, commitBytes),
        parallelReads,
        maxWaitingOperations,
        maxOpenSegments,
        snapshotBytes,
        garbagePercent,
        compactionBytesPerSecond,
        reserveBytes);
  }

  public SegmentStoreConfig withCommitBytes(int bytes) {
    return new SegmentStoreConfig(
        maxBytes,
        segmentBytes,
        bytes,
        parallelReads,
        maxWaitingOperations,
        maxOpenSegments,
        snapshotBytes,
        garbagePercent,
        compactionBytesPerSecond,
        reserveBytes);
  }

  public SegmentStoreConfig withMaxWaitingOperations(int operations) {
    return new SegmentStoreConfig(
        maxBytes,
        segmentBytes,
        commitBytes,
        parallelReads,
        operations,
        maxOpenSegments,
        snapshotBytes,
        garbagePercent,
        compactionBytesPerSecond,
        reserveBytes);
  }

  public SegmentStoreConfig withMaxOpenSegments(int segments) {
    return new SegmentStoreConfig(
        maxBytes,
        segmentBytes,
        commitBytes,
        parallelReads,
        maxWaitingOperations,
        segments,
        snapshotBytes,
        garbagePercent,
        compactionBytesPerSecond,
        reserveBytes);
  }

  public SegmentStoreConfig withSnapshotBytes(long bytes) {
    return new SegmentStoreConfig(
        maxBytes,
        segmentBytes,
        commitBytes,
        parallelReads,
        maxWaitingOperations,
        maxOpenSegments,
        bytes,
        garbagePercent,
        compactionBytesPerSecond,
        reserveBytes);
  }

  public SegmentStoreConfig withCompaction(int percent, long bytesPerSecond) {
    return new SegmentStoreConfig(
        maxBytes,
        segmentBytes,
        commitBytes,
        parallelReads,
        maxWaitingOperations,
        maxOpenSegments,
        snapshotBytes,
        percent,
        bytesPerSecond,
        reserveBytes);
  }

  public SegmentStoreConfig withReserveBytes(long bytes) {
    return new SegmentStoreConfig(
        maxBytes,
        segmentBytes,
        commitBytes,
        parallelReads,
        maxWaitingOperations,
        maxOpenSegments,
        snapshotBytes,
        garbagePercent,
        compactionBytesPerSecond,
        bytes);
  }
}
