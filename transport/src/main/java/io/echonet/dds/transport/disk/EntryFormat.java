package io.echonet.dds.transport.disk;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The bytes of an {@link EntryLog}: a header twice over, then entries.
 *
 * <p>The header is a name of 7 bytes, a version (1 byte), a salt (8 bytes) and the CRC-32C of those
 * (4 bytes). An entry is its length (4 bytes, big endian), the CRC-32C of salt and length, the
 * CRC-32C of salt and body, and the body.
 */
final class EntryFormat {
  /*
   * The length has a checksum of its own, so that a damaged body can be passed over; where the length is damaged, the
   * next entry is looked for byte by byte. The salt keeps what looks like an entry inside the body of another, which a
   * peer could put there, from being taken for one: nobody else knows it.
   */

  static final int NAME_BYTES = 7;
  static final int SALT_BYTES = 8;
  static final int FRAME_BYTES = 12;
  private static final int ONE_HEADER_BYTES = NAME_BYTES + 1 + SALT_BYTES + 4;
  static final int HEADER_BYTES = 2 * ONE_HEADER_BYTES;

  private final byte[] salt;

  EntryFormat(byte[] salt) {
    this.salt = salt.clone();
  }

  /** What a header says. */
  record Header(int version, EntryFormat format) {}

  byte[] header(byte[] name, int version) {
    ByteBuffer target = ByteBuffer.allocate(HEADER_BYTES);
    for (int copy = 0; copy < 2; copy++) {
      int start = target.position();
      target.put(name).put((byte) version).put(salt);
      target.putInt(checksum(target.array(), start, ONE_HEADER_BYTES - 4, new byte[0]));
    }
    return target.array();
  }

  /** The header that {@code bytes} begin with, from whichever copy is whole. */
  static Optional<Header> readHeader(byte[] bytes, byte[] name) {
    for (int start = 0; start + ONE_HEADER_BYTES <= bytes.length; start += ONE_HEADER_BYTES) {
      ByteBuffer source = ByteBuffer.wrap(bytes);
      int checksum = checksum(bytes, start, ONE_HEADER_BYTES - 4, new byte[0]);
      int versionAt = start + NAME_BYTES;
      if (start < HEADER_BYTES
          && source.getInt(start + ONE_HEADER_BYTES - 4) == checksum
          && Arrays.equals(Arrays.copyOfRange(bytes, start, versionAt), name)) {
        int saltAt = versionAt + 1;
        return Optional.of(
            new Header(
                Byte.toUnsignedInt(bytes[versionAt]),
                new EntryFormat(Arrays.copyOfRange(bytes, saltAt, saltAt + SALT_BYTES))));
      }
    }
    return Optional.empty();
  }

  /** {@code body} as an entry. */
  byte[] frame(byte[] body) {
    ByteBuffer target = ByteBuffer.allocate(FRAME_BYTES + body.length);
    target.putInt(body.length);
    target.putInt(checksum(target.array(), 0, 4, salt));
    target.putInt(checksum(body, 0, body.length, salt));
    target.put(body);
    return target.array();
  }

  /** The length that the frame at {@code at} names, or -1 where there is none. */
  int length(byte[] bytes, int at, int maxBytes) {
    ByteBuffer source = ByteBuffer.wrap(bytes);
    int length = source.getInt(at);
    return length > 0 && length <= maxBytes && source.getInt(at + 4) == checksum(bytes, at, 4, salt)
        ? length
        : -1;
  }

  /** Whether the body of the frame at {@code at}, which is all there, is as it was written. */
  boolean isWhole(byte[] bytes, int at, int length) {
    return ByteBuffer.wrap(bytes).getInt(at + 8) == checksum(bytes, at + FRAME_BYTES, length, salt);
  }

  private static int checksum(byte[] bytes, int offset, int length, byte[] salt) {
    CRC32C crc = new CRC32C();
    crc.update(salt, 0, salt.length);
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }
}
