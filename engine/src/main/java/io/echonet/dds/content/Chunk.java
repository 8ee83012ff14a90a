package io.echonet.dds.content;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.zip.Checksum;

/**
 * Bytes that are known to hash to their {@link Cid}. Immutable heap bytes, never released; that it
 * exists means it was verified, here or before it was stored here.
 */
public final class Chunk {
  /** The length of every chunk of a content but the last, 256 KiB; no chunk is longer. */
  public static final int MAX_BYTES = 262_144;

  private final Cid cid;
  private final byte[] array;
  private final int offset;
  private final int length;

  private Chunk(Cid cid, byte[] array, int offset, int length) {
    this.cid = cid;
    this.array = array;
    this.offset = offset;
    this.length = length;
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
   * The only way from received bytes to a chunk: the array is taken over and must not be changed.
   *
   * @throws IntegrityException where they do not hash to {@code cid}
   * @throws InvalidManifestException where they are longer than {@link #MAX_BYTES} and no valid
   *     manifest
   */
  public static Chunk verify(Cid cid, byte[] bytes) {
    return verify(cid, bytes, 0, bytes.length);
  }

  /**
   * As {@link #verify(Cid, byte[])}, for {@code length} bytes from {@code offset}. The whole array
   * is kept alive, so little of it should be something else: the few bytes of an envelope, say.
   */
  public static Chunk verify(Cid cid, byte[] array, int offset, int length) {
    return hashed(cid, array, offset, length).checkLength();
  }

  /**
   * The chunk named {@code cid} of a store that has itself made sure that these {@code length}
   * bytes from {@code offset} are those of the chunk it was given. The whole array is kept alive
   * and must not be changed.
   */
  public static Chunk unchanged(Cid cid, byte[] array, int offset, int length) {
    return new Chunk(cid, array, offset, length);
  }

  /**
   * This chunk, hashed once more.
   *
   * @throws IntegrityException where it does not hash to its name
   */
  public Chunk verified() {
    return hashed(cid, array, offset, length);
  }

  /** Of any length: for what is then read as a manifest. */
  static Chunk hashed(byte[] bytes) {
    return new Chunk(Cid.hash(ByteBuffer.wrap(bytes)), bytes, 0, bytes.length);
  }

  /** Of any length: for what is then read as a manifest. */
  static Chunk hashed(Cid cid, byte[] bytes) {
    return hashed(cid, bytes, 0, bytes.length);
  }

  private static Chunk hashed(Cid cid, byte[] array, int offset, int length) {
    Cid actual = Cid.hash(ByteBuffer.wrap(array, offset, length));
    if (!actual.equals(cid)) {
      throw new IntegrityException(length + " bytes hash to " + actual + " instead of " + cid);
    }
    return new Chunk(actual, array, offset, length);
  }

  private Chunk checkLength() {
    if (length > MAX_BYTES) {
      Manifest.decode(this);
    }
    return this;
  }

  public Cid cid() {
    return cid;
  }

  public int size() {
    return length;
  }

  /**
   * A read-only view of the bytes, with its own position; nothing is copied.
   *
   * <p>Netty wraps such a view as it is, and what gathers it into a heap or direct buffer, as a
   * cipher's input, copies it in one piece.
   */
  public ByteBuffer data() {
    return ByteBuffer.wrap(array, offset, length).slice().asReadOnlyBuffer();
  }

  /** Feeds the bytes to {@code digest} without the copy that a read-only buffer costs. */
  public void update(MessageDigest digest) {
    digest.update(array, offset, length);
  }

  /** As {@link #update(MessageDigest)}. */
  public void update(Checksum checksum) {
    checksum.update(array, offset, length);
  }

  /** The bytes themselves where they fill their array, else a copy, for readers in this package. */
  byte[] bytes() {
    return length == array.length ? array : Arrays.copyOfRange(array, offset, offset + length);
  }

  @Override
  public String toString() {
    return "chunk " + cid + " of " + length + " bytes";
  }
}
