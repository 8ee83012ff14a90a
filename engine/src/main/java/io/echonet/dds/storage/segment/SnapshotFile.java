package io.echonet.dds.storage.segment;

import io.echonet.dds.content.Cid;
import io.echonet.dds.storage.disk.Disk;
import io.echonet.dds.storage.disk.DiskFile;
import io.echonet.dds.storage.disk.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index as it was when the log had a certain length, and perhaps a little later, in one file:
 * 40 bytes of header, 48 for each chunk, a checksum of all.
 *
 * <pre>
 * 0 magic | 8 version | 12 zero | 16 secret | 24 segment | 28 zero | 32 offset
 * 0 digest | 32 segment | 36 offset / 8 | 40 length | 44 holdings
 * </pre>
 */
final class SnapshotFile {
  /*
   * Where entries are of later than the position, the records that follow it say the same again, so reading those after
   * the snapshot comes to the same end.
   */

  private static final long MAGIC = 0xDD5E_14DE_0000_0001L;
  private static final int VERSION = 1;
  private static final int HEADER_BYTES = 40;
  private static final int ENTRY_BYTES = 48;
  private static final int CHECKSUM_BYTES = 4;
  private static final int BUFFER_BYTES = ENTRY_BYTES * 8192;

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotFile.class);

  private final SegmentLayout layout;
  private final Disk disk;

  SnapshotFile(SegmentLayout layout, Disk disk) {
    this.layout = layout;
    this.disk = disk;
  }

  /** What one of so many chunks takes. */
  static long bytes(long chunks) {
    return HEADER_BYTES + ENTRY_BYTES * chunks + CHECKSUM_BYTES;
  }

  /**
   * Puts {@code index}, which holds all that comes before {@code position}, in place of the last.
   */
  void write(ChunkIndex index, long secret, LogPosition position) throws IOException {
    discardNew();
    try {
      writeNew(index, secret, position);
      disk.rename(layout.newSnapshot(), layout.snapshot());
    } catch (IOException | RuntimeException e) {
      discardNew();
      throw e;
    }
    disk.syncFolder(layout.root());
  }

  /** What was not ended must not take the room that deleting needs. */
  private void discardNew() {
    try {
      disk.delete(layout.newSnapshot());
    } catch (IOException e) {
      LOG.warn("cannot delete {}: {}", layout.newSnapshot(), Reason.of(e));
    }
  }

  private void writeNew(ChunkIndex index, long secret, LogPosition position) throws IOException {
    try (DiskFile file = disk.create(layout.newSnapshot())) {
      Output output = new Output(file);
      output.buffer.putLong(MAGIC).putInt(VERSION).putInt(0).putLong(secret);
      output.buffer.putInt(position.segment()).putInt(0).putLong(position.offset());
      for (int number = 0; number < ChunkIndex.SHARDS; number++) {
        IndexShard shard = index.shard(number);
        for (int slab = 0; slab < shard.slabCount(); slab++) {
          output.room(IndexShard.SLAB_ENTRIES * ENTRY_BYTES);
          shard.forEach(slab, output::put);
        }
      }
      output.end();
      file.force();
    }
  }

  private static final class Output {
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private final CRC32C checksum = new CRC32C();
    private final DiskFile file;
    private long position;

    Output(DiskFile file) {
      this.file = file;
    }

    void room(int bytes) throws IOException {
      if (buffer.remaining() < bytes) {
        flush();
      }
    }

    void put(Cid cid, IndexEntry entry) {
      buffer.put(cid.digest()).putInt(entry.segment());
      buffer.putInt((int) (entry.offset() / SegmentRecord.ALIGNMENT));
      buffer.putInt(entry.length()).putInt(entry.holdings());
    }

    void end() throws IOException {
      flush();
      buffer.putInt((int) checksum.getValue());
      flush();
    }

    private void flush() throws IOException {
      buffer.flip();
      checksum.update(buffer.duplicate());
      int bytes = buffer.remaining();
      file.write(buffer, position);
      position += bytes;
      buffer.clear();
    }
  }

  /**
   * Puts what was written into {@code index}, and answers of which position it is; null, and
   * nothing put, where there is no file, or none that is whole and of this store. What a crash left
   * of another is taken away.
   */
  @Nullable LogPosition read(ChunkIndex index, long secret) throws IOException {
    discardNew();
    if (!disk.exists(layout.snapshot())) {
      return null;
    }
    try (DiskFile file = disk.open(layout.snapshot())) {
      LogPosition position = check(file, secret);
      if (position != null) {
        readEntries(file, index);
      }
      return position;
    }
  }

  private static @Nullable LogPosition check(DiskFile file, long secret) throws IOException {
    long size = file.size();
    long entries = size - HEADER_BYTES - CHECKSUM_BYTES;
    if (entries < 0 || entries % ENTRY_BYTES != 0) {
      return null;
    }
    CRC32C checksum = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    for (long at = 0; at < size - CHECKSUM_BYTES; at += BUFFER_BYTES) {
      buffer.clear().limit((int) Math.min(BUFFER_BYTES, size - CHECKSUM_BYTES - at));
      file.read(buffer, at);
      checksum.update(buffer.flip());
    }
    ByteBuffer end = read(file, size - CHECKSUM_BYTES, CHECKSUM_BYTES);
    ByteBuffer header = read(file, 0, HEADER_BYTES);
    boolean whole =
        end.getInt(0) == (int) checksum.getValue()
            && header.getLong(0) == MAGIC
            && header.getInt(8) == VERSION
            && header.getLong(16) == secret;
    return whole ? new LogPosition(header.getInt(24), header.getLong(32)) : null;
  }

  private static void readEntries(DiskFile file, ChunkIndex index) throws IOException {
    long end = file.size() - CHECKSUM_BYTES;
    byte[] digest = new byte[Cid.DIGEST_BYTES];
    for (long at = HEADER_BYTES; at < end; at += BUFFER_BYTES) {
      ByteBuffer entries = read(file, at, (int) Math.min(BUFFER_BYTES, end - at));
      while (entries.remaining() >= ENTRY_BYTES) {
        entries.get(digest);
        int segment = entries.getInt();
        long offset = Integer.toUnsignedLong(entries.getInt()) * SegmentRecord.ALIGNMENT;
        IndexEntry entry = new IndexEntry(segment, offset, entries.getInt(), entries.getInt());
        index.put(Cid.of(digest), entry);
      }
    }
  }

  private static ByteBuffer read(DiskFile file, long position, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    file.read(buffer, position);
    return buffer.rewind();
  }

  /** Takes away what does not fit the segments, before anything is written that it knows not of. */
  void delete() throws IOException {
    disk.delete(layout.snapshot());
    disk.syncFolder(layout.root());
  }
}
