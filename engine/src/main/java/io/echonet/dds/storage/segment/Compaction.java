package io.echonet.dds.storage.segment;

import io.echonet.dds.content.Cid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What of a segment still counts, to be written to the end of the log. Blocks. */
final class Compaction {
  /*
   * Chunks are moved as they are: who reads them checks them, and rot is for those to find who can mend it. A chunk is
   * where it was until its move is durable, and then where it is; a crash leaves one or the other, or both, of which the
   * later counts.
   *
   * A tombstone goes on as long as an older segment might hold the chunk, or the last snapshot names it; the word that a
   * segment is retired, as long as its file might be there.
   */

  private static final int STEP_BYTES = 4 << 20;

  private final SegmentLog log;
  private final Segment segment;
  private long position = SegmentHeader.BYTES;

  Compaction(SegmentLog log, Segment segment) {
    this.log = log;
    this.segment = segment;
  }

  /** The next changes to make, some 4 MiB at once; none at the end. */
  List<Change> next() throws IOException {
    List<Change> changes = new ArrayList<>();
    long bytes = 0;
    SegmentScan scan = log.scan(segment, position);
    try {
      while (bytes < STEP_BYTES) {
        SegmentRecord record = scan.next();
        if (record == null) {
          break;
        }
        Change change = change(record, scan.offset());
        if (change != null) {
          changes.add(change);
          bytes += change.maxBytes();
        }
      }
      position = scan.end();
    } finally {
      segment.release();
    }
    return changes;
  }

  private @Nullable Change change(SegmentRecord record, long offset) throws IOException {
    Cid cid = record.cid();
    IndexEntry held = log.index().find(cid);
    return switch (record.kind()) {
      case CHUNK ->
          held != null && held.segment() == segment.number() && held.offset() == offset
              ? new Change.Move(cid, held, record.dataChecksum(), ByteBuffer.wrap(log.bytes(held)))
              : null;
      // Where the chunk lies later than its reasons, they were written with it.
      case REASONS ->
          held != null && held.segment() < segment.number() ? new Change.Carry(record) : null;
      case TOMBSTONE ->
          log.isTold(segment, offset) && !log.isBefore(record.segment(), segment)
              ? null
              : new Change.Carry(record);
      case RETIRED ->
          log.isTold(segment, offset) && !log.lingers(record.segment())
              ? null
              : new Change.Carry(record);
      case TORN -> null;
    };
  }
}
