package io.echonet.dds.storage.segment;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.Manifest;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The header of a record of a segment: 56 bytes, followed by the chunk's where it is one, padded to
 * a multiple of 8.
 *
 * <pre>
 * 0 magic | 4 kind | 5 holdings | 6 zero | 8 length | 12 segment | 16 of data | 20 digest | 52 checksum
 * </pre>
 *
 * @param holdings why the chunk is held, as {@link Holdings} has it
 * @param length of the chunk that follows, in bytes
 * @param segment what {@link Kind} says
 * @param dataChecksum {@link #checksum(Chunk)} of the chunk that follows; 0 where none does
 */
record SegmentRecord(Kind kind, int holdings, int length, int segment, int dataChecksum, Cid cid) {
  /*
   * The checksum begins with a secret of the store's: a chunk may well contain the bytes of a record, put there by
   * someone who hopes that it is found when the records around it have become unreadable.
   */

  enum Kind {
    /** A chunk is held from now on, here and for these reasons alone. */
    CHUNK(1),
    /** A chunk that was held is held for these reasons from now on. */
    REASONS(2),
    /** A chunk is held no longer; {@code segment} is the one it lay in. */
    TOMBSTONE(3),
    /** All that counts of {@code segment} is elsewhere; it is deleted. */
    RETIRED(4),
    /** What a crash left of a chunk, in the midst of what it left whole; it counts for nothing. */
    TORN(5);

    final int code;

    Kind(int code) {
      this.code = code;
    }

    static @Nullable Kind of(int code) {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      return null;
    }
  }

  static final int HEADER_BYTES = 56;
  static final int ALIGNMENT = 8;
  static final int MAGIC = 0xDD5E_C08D;

  private static final int CHECKED_BYTES = 52;
  private static final int DIGEST_AT = 20;

  /** What a record of {@code length} bytes takes up. */
  static int bytes(int length) {
    return (HEADER_BYTES + length + ALIGNMENT - 1) & -ALIGNMENT;
  }

  int bytes() {
    return bytes(dataBytes());
  }

  /** What follows the header. */
  int dataBytes() {
    return kind == Kind.CHUNK || kind == Kind.TORN ? length : 0;
  }

  SegmentRecord torn() {
    return new SegmentRecord(Kind.TORN, holdings, length, segment, dataChecksum, cid);
  }

  void encode(ByteBuffer target, long secret) {
    int start = target.position();
    target.putInt(MAGIC).put((byte) kind.code).put((byte) holdings).putShort((short) 0);
    target.putInt(length).putInt(segment).putInt(dataChecksum).put(cid.digest());
    target.putInt(checksum(target.duplicate().flip().position(start), secret));
  }

  /** The header at the position of {@code source}, which stays; null where there is none. */
  static @Nullable SegmentRecord decode(ByteBuffer source, long secret) {
    int start = source.position();
    if (source.remaining() < HEADER_BYTES || source.getInt(start) != MAGIC) {
      return null;
    }
    int checksum =
        checksum(source.duplicate().position(start).limit(start + CHECKED_BYTES), secret);
    Kind kind = Kind.of(source.get(start + 4));
    int holdings = source.get(start + 5);
    int length = source.getInt(start + 8);
    if (checksum != source.getInt(start + CHECKED_BYTES)
        || kind == null
        || length < 0
        || length > Manifest.MAX_BYTES
        || (kind != Kind.RETIRED && !Holdings.isValid(holdings))) {
      return null;
    }
    byte[] digest = new byte[Cid.DIGEST_BYTES];
    source.get(start + DIGEST_AT, digest);
    return new SegmentRecord(
        kind,
        holdings,
        length,
        source.getInt(start + 12),
        source.getInt(start + 16),
        Cid.of(digest));
  }

  /** By which it is seen that {@code chunk} is still what it was when it was stored. */
  static int checksum(Chunk chunk) {
    CRC32C checksum = new CRC32C();
    chunk.update(checksum);
    return (int) checksum.getValue();
  }

  /**
   * Whether what follows the header in {@code bytes}, all of a record, is the chunk that was
   * stored.
   */
  boolean isIntact(byte[] bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES);
    return kind == Kind.CHUNK
        && bytes.length == HEADER_BYTES + length
        && dataChecksum == (int) checksum.getValue();
  }

  private static int checksum(ByteBuffer checked, long secret) {
    CRC32C checksum = new CRC32C();
    checksum.update(ByteBuffer.allocate(Long.BYTES).putLong(0, secret));
    checksum.update(checked);
    return (int) checksum.getValue();
  }
}
