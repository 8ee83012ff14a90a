package io.echonet.dds.multiformats;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A digest that names its own algorithm: {@code varint code ‖ varint length ‖ digest}. Immutable.
 */
public final class Multihash {
  /** The code of the identity function, whose digest is the data itself. */
  public static final int IDENTITY = 0x00;

  /** The code of SHA-256. */
  public static final int SHA2_256 = 0x12;

  private static final int SHA2_256_BYTES = 32;
  private static final int MAX_DIGEST_BYTES = 1024;

  private final long code;
  private final byte[] bytes;
  private final int digestOffset;

  private Multihash(long code, byte[] bytes, int digestOffset) {
    this.code = code;
    this.bytes = bytes;
    this.digestOffset = digestOffset;
  }

  /**
   * The multihash of {@code digest} under {@code code}; the array is copied.
   *
   * @throws MalformedEncodingException where it could not be decoded again: a digest of the wrong
   *     length for {@link #SHA2_256}, or of more than 1,024 bytes
   */
  public static Multihash of(long code, byte[] digest) {
    checkLength(code, digest.length);
    byte[] bytes = new byte[Varint.size(code) + Varint.size(digest.length) + digest.length];
    int offset = Varint.encode(digest.length, bytes, Varint.encode(code, bytes, 0));
    System.arraycopy(digest, 0, bytes, offset, digest.length);
    return new Multihash(code, bytes, offset);
  }

  /**
   * The multihash whose encoding is exactly {@code bytes}; the array is copied.
   *
   * @throws MalformedEncodingException where the length disagrees, or passes 1,024 bytes
   */
  public static Multihash decode(byte[] bytes) {
    ByteBuffer source = ByteBuffer.wrap(bytes);
    long code = Varint.decode(source);
    long length = Varint.decode(source);
    if (length != source.remaining()) {
      throw new MalformedEncodingException(
          "multihash names " + length + " bytes of digest and carries " + source.remaining());
    }
    checkLength(code, length);
    return new Multihash(code, bytes.clone(), source.position());
  }

  private static void checkLength(long code, long digestBytes) {
    if (code == SHA2_256 ? digestBytes != SHA2_256_BYTES : digestBytes > MAX_DIGEST_BYTES) {
      throw new MalformedEncodingException(
          "multihash of code " + code + " with a digest of " + digestBytes + " bytes");
    }
  }

  /** The code of the hash function. */
  public long code() {
    return code;
  }

  /** The digest, as a new array. */
  public byte[] digest() {
    return Arrays.copyOfRange(bytes, digestOffset, bytes.length);
  }

  /** The whole encoding, as a new array. */
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Multihash that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Base58BTC of the encoding. */
  @Override
  public String toString() {
    return Base58.encode(bytes);
  }
}
