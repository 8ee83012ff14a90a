package io.echonet.dds.content;

/**
 * Some bytes of a content, one at least.
 *
 * @param from the first, counted from 0
 * @param toInclusive the last
 */
public record ByteRange(long from, long toInclusive) {
  /**
   * A range.
   *
   * @throws IllegalArgumentException where it is empty, inverted or begins before the content does
   */
  public ByteRange {
    if (from < 0 || toInclusive < from) {
      throw new IllegalArgumentException(
          "range of bytes "
              + from
              + " to "
              + toInclusive
              + ": it has to begin at 0 or later and"
              + " end where it begins or later");
    }
  }

  /**
   * This range, where content of {@code size} bytes has it.
   *
   * @throws IllegalArgumentException where it ends behind the content
   */
  public ByteRange within(long size) {
    if (toInclusive >= size) {
      throw new IllegalArgumentException(
          "range of bytes " + from + " to " + toInclusive + " of a content of " + size + " bytes");
    }
    return this;
  }

  /** How many bytes; no content is as long as would overflow. */
  public long length() {
    return toInclusive - from + 1;
  }

  /** The place of the chunk that holds the first byte. */
  public int firstChunk() {
    return Math.toIntExact(from / Chunk.MAX_BYTES);
  }

  /** The place of the chunk that holds the last byte. */
  public int lastChunk() {
    return Math.toIntExact(toInclusive / Chunk.MAX_BYTES);
  }
}
