package io.echonet.dds.storage.segment;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.storage.StorageException;
import io.echonet.dds.storage.StorageFullException;
import io.echonet.dds.storage.disk.Disk;
import io.echonet.dds.storage.disk.DiskFile;
import io.echonet.dds.storage.disk.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segments of an open store and the index of what lies in them. Everything blocks; many may
 * read at once, and one may write.
 */
final class SegmentLog {
  /*
   * What is durable when. Records are only ever added at the end of the last segment; a sync after each batch of them
   * makes them durable, and only then do they enter the index and are their changes reported. A batch never spans two
   * segments, and a segment's name is durable before its first batch. So nothing but the end of the last segment, past
   * its last synced batch, can be torn by a crash.
   *
   * A batch that could not be written is cut off again; where even that fails, or where a sync failed, after which the
   * system may drop what it took, the segment is left as it is and the next is begun, whose header says where the records
   * that count end. Either way a change that failed does not come back after a crash, once any other is reported as done.
   *
   * The index, the sizes and the counts of segments change under `applying`, so that who holds it sees all of a batch or
   * nothing.
   */

  /** How it is made sure that a chunk is still what was stored. */
  enum Check {
    /** At the cost of a fraction of the reading. */
    CHECKSUM,
    /** At more than the cost of the reading. */
    HASH
  }

  private static final Logger LOG = LoggerFactory.getLogger(SegmentLog.class);
  private static final int BUFFER_BYTES = 1 << 20;

  /** Sixteen times what a chunk takes in a snapshot. */
  private static final long SNAPSHOT_BYTES_PER_CHUNK = 768;

  private final SegmentLayout layout;
  private final SegmentStoreConfig config;
  private final Disk disk;
  private final DiskRoom room;
  private final long secret;
  private final Segments segments;
  private final ChunkIndex index;
  private final Object applying = new Object();
  private final Set<Integer> leftAlone = ConcurrentHashMap.newKeySet();
  private final ByteBuffer buffer;
  private @Nullable Segment active;
  private LogPosition snapshotAt;
  private LogPosition snapshotTriedAt;

  /**
   * {@code active} is the segment to go on with, {@code snapshotAt} where what is read at the next
   * opening begins.
   */
  SegmentLog(
      SegmentLayout layout,
      SegmentStoreConfig config,
      Disk disk,
      long secret,
      Segments segments,
      ChunkIndex index,
      @Nullable Segment active,
      LogPosition snapshotAt) {
    this.layout = layout;
    this.config = config;
    this.disk = disk;
    this.room = new DiskRoom(layout.segments(), disk, config);
    this.secret = secret;
    this.segments = segments;
    this.index = index;
    this.active = active;
    this.snapshotAt = snapshotAt;
    this.snapshotTriedAt = snapshotAt;
    this.buffer = ByteBuffer.allocateDirect(Math.min(BUFFER_BYTES, config.commitBytes() + 4096));
  }

  ChunkIndex index() {
    return index;
  }

  /**
   * Carries out {@code changes} in their order, and returns when all that did not fail are durable;
   * each tells how it ended. Never throws.
   */
  void commit(List<? extends Change> changes) {
    int from = 0;
    while (from < changes.size()) {
      int to = from + 1;
      long size = activeSize();
      if (size + changes.get(from).maxBytes() > config.segmentBytes()) {
        active = null;
        size = SegmentHeader.BYTES;
      }
      size += changes.get(from).maxBytes();
      while (to < changes.size() && size + changes.get(to).maxBytes() <= config.segmentBytes()) {
        size += changes.get(to).maxBytes();
        to++;
      }
      commitTogether(changes.subList(from, to));
      from = to;
    }
  }

  private long activeSize() {
    return active == null ? config.segmentBytes() : active.size();
  }

  private void commitTogether(List<? extends Change> changes) {
    try {
      write(changes);
    } catch (StorageFullException e) {
      // What frees room needs so little itself that it may well fit.
      List<? extends Change> small = changes.stream().filter(c -> c.chunkBytes() == 0).toList();
      changes.forEach(change -> change.end(false, e));
      if (small.size() < changes.size() && !small.isEmpty()) {
        commitTogether(small);
      }
    } catch (IOException e) {
      StorageException failure =
          new StorageException(layout.root() + ": cannot write, " + Reason.of(e), e);
      changes.forEach(change -> change.end(false, failure));
    } catch (RuntimeException e) {
      changes.forEach(change -> change.end(false, e));
    }
  }

  private void write(List<? extends Change> changes) throws IOException {
    Segment segment = null;
    boolean syncing = false;
    try {
      segment = active == null ? segments.begin(secret) : active;
      active = segment;
      DiskFile file = segments.use(segment);
      try {
        boolean stores = changes.stream().anyMatch(Change.Store.class::isInstance);
        long left = stores ? freeBytesIfKnown() : 0;
        Batch batch = new Batch(index, segment, file, secret, config.maxBytes(), left, buffer);
        for (Change change : changes) {
          writeTo(batch, change);
        }
        if (!batch.isEmpty()) {
          batch.flush();
          syncing = true;
          file.force();
          checkPresence(segment);
          apply(batch, segment);
        }
      } finally {
        segment.release();
      }
    } catch (IOException | RuntimeException e) {
      if (segment != null) {
        abandon(segment, syncing);
      }
      long bytes = changes.stream().mapToLong(Change::maxBytes).sum();
      if (e instanceof IOException io && disk.isFull(layout.segments(), bytes, io)) {
        throw new StorageFullException(layout.root() + " is full: " + Reason.of(io), e);
      }
      throw e;
    }
  }

  private void writeTo(Batch batch, Change change) throws IOException {
    try {
      change.end(change.write(batch), null);
    } catch (StorageFullException e) {
      change.end(false, new StorageFullException(layout.root() + " is " + e.getMessage(), e));
    }
  }

  /** A file without a name takes all that is written to it, and is gone when it is closed. */
  private void checkPresence(Segment segment) {
    if (!disk.exists(segment.path())) {
      throw new StorageException(segment.path() + " has vanished");
    }
  }

  private void apply(Batch batch, Segment segment) {
    synchronized (applying) {
      batch.forEach(
          (cid, entry) -> {
            IndexEntry before = entry == null ? index.remove(cid) : index.put(cid, entry);
            addLive(before, -1);
            addLive(entry, 1);
          });
      segment.setSize(batch.end());
      segment.addKept(batch.keptBytes());
    }
  }

  private void addLive(@Nullable IndexEntry entry, int sign) {
    Segment segment = entry == null ? null : segments.get(entry.segment());
    if (entry != null && segment != null) {
      segment.addLive((long) sign * entry.recordBytes());
    }
  }

  /** Cuts off what was written past the last durable record. */
  private void abandon(Segment segment, boolean syncFailed) {
    try {
      DiskFile file = segments.use(segment);
      try {
        file.truncate(segment.size());
        file.force();
      } finally {
        segment.release();
      }
      active = syncFailed ? null : segment;
    } catch (IOException e) {
      LOG.warn("cannot cut {} to {} bytes: {}", segment.path(), segment.size(), Reason.of(e));
      active = null;
    }
  }

  /**
   * The chunk, made sure of by {@code check}, or null where it is not held.
   *
   * @throws RottenChunkException where what lies there does not hash to its name
   */
  @Nullable Chunk read(Cid cid, Check check) throws IOException {
    IndexEntry entry = index.find(cid);
    while (entry != null) {
      try {
        return chunk(cid, entry, check);
      } catch (IOException | StorageException | IntegrityException e) {
        IndexEntry now = index.find(cid);
        if (now != null && now.isAt(entry)) {
          if (e instanceof IntegrityException rot) {
            throw rotten(cid, entry, rot);
          }
          throw e;
        }
        // It was moved or deleted while it was being read.
        entry = now;
      }
    }
    return null;
  }

  /**
   * Where the checksum does not say that all is well the hash decides: the header may have rotted.
   */
  private Chunk chunk(Cid cid, IndexEntry entry, Check check) throws IOException {
    byte[] bytes = new byte[SegmentRecord.HEADER_BYTES + entry.length()];
    segments.read(entry.segment(), entry.offset(), ByteBuffer.wrap(bytes));
    SegmentRecord record = SegmentRecord.decode(ByteBuffer.wrap(bytes), secret);
    return check == Check.CHECKSUM
            && record != null
            && record.cid().equals(cid)
            && record.isIntact(bytes)
        ? Chunk.unchanged(record.cid(), bytes, SegmentRecord.HEADER_BYTES, entry.length())
        : Chunk.verify(cid, bytes, SegmentRecord.HEADER_BYTES, entry.length());
  }

  private RottenChunkException rotten(Cid cid, IndexEntry entry, IntegrityException cause) {
    String place =
        "chunk %s in %s from %d".formatted(cid, segments.get(entry.segment()), entry.offset());
    return new RottenChunkException(
        "stored in " + layout.root() + ": " + place + ": " + cause.getMessage(), entry, cause);
  }

  /** What lies at {@code entry}; zeros where the segment is too short. */
  byte[] bytes(IndexEntry entry) throws IOException {
    byte[] bytes = new byte[entry.length()];
    segments.read(
        entry.segment(), entry.offset() + SegmentRecord.HEADER_BYTES, ByteBuffer.wrap(bytes));
    return bytes;
  }

  /** Where {@code chunk} lies, if what lies there is just that, and null otherwise. */
  boolean holds(Chunk chunk, IndexEntry entry) {
    try {
      return entry.length() == chunk.size() && ByteBuffer.wrap(bytes(entry)).equals(chunk.data());
    } catch (IOException | StorageException e) {
      LOG.debug("cannot read {} at {}", chunk, entry, e);
      return false;
    }
  }

  private long freeBytesIfKnown() {
    try {
      return freeBytes();
    } catch (IOException e) {
      return Long.MAX_VALUE; // Writing will say what is wrong.
    }
  }

  /** What the disk has room for, but for what is kept for deleting and compaction. */
  long freeBytes() throws IOException {
    return room.forChunks();
  }

  /**
   * The segment that most is to be gained from, of those of which all that counts fits the disk
   * once more; null where there is none worth the while.
   */
  @Nullable Segment compactible() throws IOException {
    long left = room.forUpkeep();
    Segment best = null;
    for (Segment segment : segments.inOrder()) {
      if (isCompactible(segment)
          && segment.countingBytes() <= left
          && (best == null || segment.garbage() > best.garbage())) {
        best = segment;
      }
    }
    return best;
  }

  /** Whether it is worth the while for the segment of that number. */
  boolean isCompactible(int number) {
    Segment segment = segments.get(number);
    return segment != null && isCompactible(segment);
  }

  private boolean isCompactible(Segment segment) {
    return segment != segments.last()
        && !leftAlone.contains(segment.number())
        && segment.garbage() * 100 > segment.size() * config.garbagePercent();
  }

  /** A walk through {@code segment}, which is then to be {@link Segment#release}d. */
  SegmentScan scan(Segment segment, long from) throws IOException {
    return new SegmentScan(segments.use(segment), from, segment.size(), secret);
  }

  /** Whether what the record there says is in the last snapshot already. */
  boolean isTold(Segment segment, long offset) {
    synchronized (applying) {
      return segment.number() < snapshotAt.segment()
          || (segment.number() == snapshotAt.segment() && offset < snapshotAt.offset());
    }
  }

  /** Whether there is a segment up to that number other than {@code segment}, or may be again. */
  boolean isBefore(int number, Segment segment) {
    return segments.inOrder().stream().anyMatch(s -> s.number() <= number && s != segment)
        || segments.lingering().stream().anyMatch(lingering -> lingering <= number);
  }

  /** Whether the segment of that number, which was deleted, may be there again after a crash. */
  boolean lingers(int number) {
    return segments.lingering().contains(number);
  }

  /** Whether no chunk lies in {@code segment} any longer; if one does, it is left as it is. */
  boolean isEmptied(Segment segment) {
    if (segment.liveBytes() == 0) {
      return true;
    }
    LOG.warn("{} cannot be compacted: {} bytes of it cannot be read", segment, segment.liveBytes());
    leftAlone.add(segment.number());
    return false;
  }

  /** Deletes {@code segment}, which was {@link Change.Retire}d. */
  void delete(Segment segment) throws IOException {
    segments.delete(segment);
  }

  /** Whether so much was written since the last, or since that failed, that a snapshot is due. */
  boolean isSnapshotDue() {
    // The more there is to write, the less often.
    long due = Math.max(config.snapshotBytes(), index.chunks() * SNAPSHOT_BYTES_PER_CHUNK);
    synchronized (applying) {
      return bytesSince(snapshotTriedAt) >= due;
    }
  }

  private long bytesSince(LogPosition position) {
    long bytes = 0;
    for (Segment segment : segments.inOrder()) {
      if (segment.number() >= position.segment()) {
        bytes += segment.size() - (segment.number() == position.segment() ? position.offset() : 0);
      }
    }
    return bytes;
  }

  /**
   * Writes the index out, if there is anything new in it. One call at a time.
   *
   * @throws StorageFullException where it would take the room that deleting needs
   */
  void writeSnapshot() throws IOException {
    LogPosition now;
    synchronized (applying) {
      Segment last = segments.last();
      now = last == null ? LogPosition.START : new LogPosition(last.number(), last.size());
      if (now.equals(snapshotAt)) {
        return;
      }
      snapshotTriedAt = now;
    }
    long bytes = SnapshotFile.bytes(index.chunks());
    if (bytes > room.forUpkeep()) {
      throw new StorageFullException(
          "%s is full: no room for an index of %d bytes".formatted(layout.root(), bytes));
    }
    new SnapshotFile(layout, disk).write(index, secret, now);
    synchronized (applying) {
      snapshotAt = now;
    }
  }

  void close() {
    try {
      writeSnapshot();
    } catch (IOException | RuntimeException e) {
      LOG.warn("cannot write {}, opening will take longer: {}", layout.snapshot(), e.toString());
    }
    segments.close();
  }
}
