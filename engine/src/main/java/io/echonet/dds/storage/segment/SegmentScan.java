package io.echonet.dds.storage.segment;

import io.echonet.dds.content.Cid;
import io.echonet.dds.storage.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A walk from record to record of a segment. What cannot be read as one is skipped up to the next
 * that can.
 */
final class SegmentScan {
  private static final int SHORT_BYTES = 4096;
  private static final int LONG_BYTES = 256 * 1024;

  private final DiskFile file;
  private final long size;
  private final long secret;
  private final ByteBuffer window = ByteBuffer.allocate(LONG_BYTES);
  private long windowAt;
  private long position;
  private long offset;
  private long skipped;
  private long end;

  /** Of what is in {@code file} from one place to another. */
  SegmentScan(DiskFile file, long from, long to, long secret) {
    this.file = file;
    this.size = to;
    this.secret = secret;
    this.position = from;
    this.end = from;
    window.limit(0);
  }

  /** The next record, whose place is then {@link #offset()}; null at the end. */
  @Nullable SegmentRecord next() throws IOException {
    while (position + SegmentRecord.HEADER_BYTES <= size) {
      SegmentRecord record = at(position);
      if (record != null) {
        skipped += position - end;
        offset = position;
        position += record.bytes();
        end = position;
        return record;
      }
      position += SegmentRecord.ALIGNMENT;
    }
    return null;
  }

  private @Nullable SegmentRecord at(long place) throws IOException {
    // Beside a long record, little of what is read ahead is of use; beside a short one, or in
    // search of one, all is.
    boolean ahead = place - end > 0 || place - offset < SHORT_BYTES;
    SegmentRecord record =
        SegmentRecord.decode(bytes(place, ahead ? LONG_BYTES : SHORT_BYTES), secret);
    boolean fits =
        record != null && place + SegmentRecord.HEADER_BYTES + record.dataBytes() <= size;
    return fits ? record : null;
  }

  /** Whether {@code record}, which was read last, is followed by the chunk that it names. */
  boolean isWhole(SegmentRecord record) throws IOException {
    if (record.kind() != SegmentRecord.Kind.CHUNK) {
      return true;
    }
    ByteBuffer data = ByteBuffer.allocate(record.length());
    file.read(data, offset + SegmentRecord.HEADER_BYTES);
    return Cid.hash(data.rewind()).equals(record.cid());
  }

  /** A view of what is at {@code place}, of a header's length at least but at the file's end. */
  private ByteBuffer bytes(long place, int readAhead) throws IOException {
    if (place < windowAt || place + SegmentRecord.HEADER_BYTES > windowAt + window.limit()) {
      window.clear().limit((int) Math.min(readAhead, size - place));
      file.read(window, place);
      window.flip();
      windowAt = place;
    }
    return window.duplicate().position((int) (place - windowAt));
  }

  /** Where the record that was read last begins. */
  long offset() {
    return offset;
  }

  /** Where it ends: where the walk began if there was none. */
  long end() {
    return end;
  }

  /** How many bytes before it were none of any record. */
  long skipped() {
    return skipped;
  }
}
