package io.echonet.dds.storage.segment;

/**
 * Where a chunk lies.
 *
 * @param segment the number of the segment
 * @param offset of its record, in bytes, a multiple of 8
 * @param length of the chunk, in bytes
 * @param holdings why it is held, as {@link Holdings} has it
 */
record IndexEntry(int segment, long offset, int length, int holdings) {
  boolean isAt(IndexEntry other) {
    return segment == other.segment && offset == other.offset;
  }

  IndexEntry withHoldings(int newHoldings) {
    return new IndexEntry(segment, offset, length, newHoldings);
  }

  /** What it takes up in its segment. */
  int recordBytes() {
    return SegmentRecord.bytes(length);
  }
}
