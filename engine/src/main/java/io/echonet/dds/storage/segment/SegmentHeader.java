package io.echonet.dds.storage.segment;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a segment begins with: 32 bytes.
 *
 * <pre>
 * 0 magic | 4 version | 8 number | 12 previous | 16 secret | 24 previous end | 28 checksum
 * </pre>
 *
 * @param number of the segment, from 1; later ones have higher numbers
 * @param previous the number of the one before, 0 for none
 * @param previousEnd where its last record ended when this one was begun, in bytes: what follows
 *     there was never durable, whatever it looks like
 * @param secret of the store, with which the checksums of its records begin
 */
record SegmentHeader(int number, int previous, long previousEnd, long secret) {
  static final int BYTES = 32;

  private static final int MAGIC = 0xDD5E_65E6;
  private static final int VERSION = 1;
  private static final int CHECKED_BYTES = 28;

  ByteBuffer encode() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    bytes.putInt(MAGIC).putInt(VERSION).putInt(number).putInt(previous).putLong(secret);
    bytes.putInt((int) previousEnd);
    return bytes.putInt(checksum(bytes)).flip();
  }

  /** Null where {@code bytes} are none. */
  static @Nullable SegmentHeader decode(ByteBuffer bytes) {
    if (bytes.remaining() < BYTES
        || bytes.getInt(0) != MAGIC
        || bytes.getInt(4) != VERSION
        || bytes.getInt(8) < 1
        || bytes.getInt(CHECKED_BYTES) != checksum(bytes)) {
      return null;
    }
    return new SegmentHeader(
        bytes.getInt(8),
        bytes.getInt(12),
        Integer.toUnsignedLong(bytes.getInt(24)),
        bytes.getLong(16));
  }

  private static int checksum(ByteBuffer bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes.duplicate().position(0).limit(CHECKED_BYTES));
    return (int) checksum.getValue();
  }
}
