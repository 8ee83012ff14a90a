package io.echonet.dds.multiformats;

import java.nio.ByteBuffer;

/**
 * Unsigned LEB128 integers of the multiformats specification: at most 9 bytes, 63 bits, minimal.
 */
public final class Varint {
  /** The longest encoding of a non-negative long, in bytes. */
  public static final int MAX_BYTES = 9;

  private Varint() {}

  /** The number of bytes, 1 to 9, that {@code value} takes; {@code value} must not be negative. */
  public static int size(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("varint of a negative value " + value);
    }
    return Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + 6) / 7);
  }

  /** The encoding of {@code value} as a new array. */
  public static byte[] encode(long value) {
    byte[] bytes = new byte[size(value)];
    encode(value, bytes, 0);
    return bytes;
  }

  /** Writes {@code value} to {@code target} from {@code offset}; answers the offset behind it. */
  public static int encode(long value, byte[] target, int offset) {
    int end = offset + size(value);
    long rest = value;
    for (int i = offset; i < end - 1; i++) {
      target[i] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    target[end - 1] = (byte) rest;
    return end;
  }

  /**
   * Reads one varint and moves the position behind it.
   *
   * @throws MalformedEncodingException where it is cut off, longer than 9 bytes or not minimal
   */
  public static long decode(ByteBuffer source) {
    long value = 0;
    for (int i = 0; i < MAX_BYTES; i++) {
      if (!source.hasRemaining()) {
        throw new MalformedEncodingException("varint cut off after " + i + " bytes");
      }
      byte b = source.get();
      value |= (long) (b & 0x7f) << (7 * i);
      if (b >= 0) {
        if (b == 0 && i > 0) {
          throw new MalformedEncodingException("varint of " + (i + 1) + " bytes is not minimal");
        }
        return value;
      }
    }
    throw new MalformedEncodingException("varint longer than " + MAX_BYTES + " bytes");
  }
}
