package io.echonet.dds.storage.segment;

import io.echonet.dds.content.Cid;
import io.echonet.dds.storage.StorageFullException;
import io.echonet.dds.storage.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Changes that become durable together, written to the end of a segment and seen by none but each
 * other until they are.
 */
final class Batch {
  private final ChunkIndex index;
  private final Segment segment;
  private final DiskFile file;
  private final long secret;
  private final long maxBytes;
  private final long room;
  private final ByteBuffer buffer;
  // Empty for what is no longer held.
  private final Map<Cid, Optional<IndexEntry>> changed = new LinkedHashMap<>();
  private long written;
  private long addedBytes;
  private long keptBytes;

  /**
   * {@code buffer} is lent until the batch is written, {@code maxBytes} the quota, and {@code room}
   * what the disk has for chunks.
   */
  Batch(
      ChunkIndex index,
      Segment segment,
      DiskFile file,
      long secret,
      long maxBytes,
      long room,
      ByteBuffer buffer) {
    this.index = index;
    this.segment = segment;
    this.file = file;
    this.secret = secret;
    this.maxBytes = maxBytes;
    this.room = room;
    this.buffer = buffer.clear();
    this.written = segment.size();
  }

  @Nullable IndexEntry find(Cid cid) {
    Optional<IndexEntry> entry = changed.get(cid);
    return entry == null ? index.find(cid) : entry.orElse(null);
  }

  void put(Cid cid, IndexEntry entry) {
    replace(cid, entry);
  }

  void remove(Cid cid) {
    replace(cid, null);
  }

  private void replace(Cid cid, @Nullable IndexEntry entry) {
    IndexEntry before = find(cid);
    addedBytes += (entry == null ? 0 : entry.length()) - (before == null ? 0 : before.length());
    changed.put(cid, Optional.ofNullable(entry));
  }

  /**
   * @throws StorageFullException where a chunk of {@code bytes} would exceed the quota, or the room
   *     that the disk has
   */
  void checkRoom(int bytes) {
    long used = index.bytes() + addedBytes;
    if (used + bytes > maxBytes) {
      throw new StorageFullException(
          "full: %d bytes more than the %d there would exceed the quota of %d"
              .formatted(bytes, used, maxBytes));
    }
    if (end() - segment.size() + SegmentRecord.bytes(bytes) > room) {
      throw new StorageFullException("full: what the disk has left is for what frees room");
    }
  }

  /** {@code checksum} is what tells that {@code data} is what was stored. */
  void appendChunk(Cid cid, ByteBuffer data, int checksum, int holdings) throws IOException {
    int length = data.remaining();
    long offset =
        append(
            new SegmentRecord(SegmentRecord.Kind.CHUNK, holdings, length, 0, checksum, cid), data);
    put(cid, new IndexEntry(segment.number(), offset, length, holdings));
  }

  void append(SegmentRecord.Kind kind, Cid cid, int holdings, int argument) throws IOException {
    append(new SegmentRecord(kind, holdings, 0, argument, 0, cid), ByteBuffer.allocate(0));
    keptBytes += SegmentRecord.HEADER_BYTES;
  }

  private long append(SegmentRecord record, ByteBuffer data) throws IOException {
    if (buffer.remaining() < SegmentRecord.HEADER_BYTES) {
      flush();
    }
    final long offset = end();
    record.encode(buffer, secret);
    while (data.hasRemaining()) {
      if (!buffer.hasRemaining()) {
        flush();
      }
      int part = Math.min(data.remaining(), buffer.remaining());
      buffer.put(data.slice().limit(part));
      data.position(data.position() + part);
    }
    while (end() % SegmentRecord.ALIGNMENT != 0) {
      if (!buffer.hasRemaining()) {
        flush();
      }
      buffer.put((byte) 0);
    }
    return offset;
  }

  /** Where the next record will be. */
  long end() {
    return written + buffer.position();
  }

  /** What records other than chunks take up. */
  long keptBytes() {
    return keptBytes;
  }

  boolean isEmpty() {
    return end() == segment.size();
  }

  /** Writes what is still in the buffer. */
  void flush() throws IOException {
    buffer.flip();
    int bytes = buffer.remaining();
    file.write(buffer, written);
    written += bytes;
    buffer.clear();
  }

  /** What became of each chunk; the entry is null for those held no longer. */
  void forEach(BiConsumer<Cid, @Nullable IndexEntry> action) {
    changed.forEach((cid, entry) -> action.accept(cid, entry.orElse(null)));
  }
}
