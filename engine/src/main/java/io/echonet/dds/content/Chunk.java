package io.echonet.dds.content;

import java.nio.ByteBuffer;

/**
 * Bytes that are known to hash to their {@link Cid}. Immutable heap bytes, never released; that it
 * exists means it was verified.
 */
public final class Chunk {
  /** The length of every chunk of a content but the last, 256 KiB; no chunk is longer. */
  public static final int MAX_BYTES = 262_144;

  private final Cid cid;
  private final byte[] bytes;

  private Chunk(Cid cid, byte[] bytes) {
    this.cid = cid;
    this.bytes = bytes;
  }

  /**
   * The chunk of {@code bytes}, named by their hash. The array is taken over and must not be
   * changed.
   *
   * @throws InvalidManifestException where they are longer than {@link #MAX_BYTES} and no valid
   *     manifest
   */
  public static Chunk of(byte[] bytes) {
    return hashed(bytes).checkLength();
  }

  /**
   * The only way from received or stored bytes to a chunk: the array is taken over and must not be
   * changed.
   *
   * @throws IntegrityException where they do not hash to {@code cid}
   * @throws InvalidManifestException where they are longer than {@link #MAX_BYTES} and no valid
   *     manifest
   */
  public static Chunk verify(Cid cid, byte[] bytes) {
    return hashed(cid, bytes).checkLength();
  }

  /** Of any length: for what is then read as a manifest. */
  static Chunk hashed(byte[] bytes) {
    return new Chunk(Cid.hash(ByteBuffer.wrap(bytes)), bytes);
  }

  /** Of any length: for what is then read as a manifest. */
  static Chunk hashed(Cid cid, byte[] bytes) {
    Cid actual = Cid.hash(ByteBuffer.wrap(bytes));
    if (!actual.equals(cid)) {
      throw new IntegrityException(
          bytes.length + " bytes hash to " + actual + " instead of " + cid);
    }
    return new Chunk(actual, bytes);
  }

  private Chunk checkLength() {
    if (bytes.length > MAX_BYTES) {
      Manifest.decode(this);
    }
    return this;
  }

  public Cid cid() {
    return cid;
  }

  public int size() {
    return bytes.length;
  }

  /** A read-only view of the bytes, with its own position. */
  public ByteBuffer data() {
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }

  /** The bytes themselves, for their readers in this package. */
  byte[] bytes() {
    return bytes;
  }

  @Override
  public String toString() {
    return "chunk " + cid + " of " + bytes.length + " bytes";
  }
}
