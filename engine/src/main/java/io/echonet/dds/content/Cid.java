package io.echonet.dds.content;

import io.echonet.dds.multiformats.Base58;
import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.multiformats.Multihash;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The name of a chunk or manifest: its SHA-256, written as Base58BTC of the 32 raw bytes (PROTOCOL
 * section 1). Immutable; ordered by its bytes.
 */
public final class Cid implements Comparable<Cid> {
  /** The length of the digest. */
  public static final int DIGEST_BYTES = 32;

  /** The length of the longest text form, in ASCII characters. */
  public static final int MAX_TEXT_CHARACTERS = 44;

  private final byte[] digest;

  private Cid(byte[] digest) {
    this.digest = digest;
  }

  /** The name that is {@code digest}, 32 bytes, which are copied. */
  public static Cid of(byte[] digest) {
    return new Cid(checkLength(digest).clone());
  }

  /** The name of {@code data}, by hashing what remains of it; its position is left as it was. */
  public static Cid hash(ByteBuffer data) {
    return new Cid(Sha256.digest(data));
  }

  /**
   * Reads the text form, of which every CID has exactly one.
   *
   * @throws MalformedEncodingException naming the text and what is wrong with it
   */
  public static Cid parse(String text) {
    try {
      if (text.isEmpty() || text.length() > MAX_TEXT_CHARACTERS) {
        throw new MalformedEncodingException(text.length() + " characters");
      }
      return new Cid(checkLength(Base58.decode(text)));
    } catch (MalformedEncodingException e) {
      throw new MalformedEncodingException("'" + quotable(text) + "' is no CID: " + e.getMessage());
    }
  }

  /**
   * Reads the text form of {@code length} ASCII bytes from {@code offset}.
   *
   * @throws MalformedEncodingException saying what is wrong with it
   */
  static byte[] digestOf(byte[] text, int offset, int length) {
    if (length == 0 || length > MAX_TEXT_CHARACTERS) {
      throw new MalformedEncodingException(length + " characters");
    }
    return checkLength(Base58.decode(text, offset, length));
  }

  /** The name whose digest stands in {@code digests} from {@code offset}. */
  static Cid at(byte[] digests, int offset) {
    return new Cid(Arrays.copyOfRange(digests, offset, offset + DIGEST_BYTES));
  }

  private static byte[] checkLength(byte[] digest) {
    if (digest.length != DIGEST_BYTES) {
      throw new MalformedEncodingException(digest.length + " bytes instead of " + DIGEST_BYTES);
    }
    return digest;
  }

  /** What was asked for, short enough and safe to show on a terminal or in a log. */
  private static String quotable(String text) {
    StringBuilder quotable = new StringBuilder();
    text.codePoints()
        .limit(2 * MAX_TEXT_CHARACTERS)
        .forEach(c -> quotable.appendCodePoint(c < ' ' || c > '~' ? '?' : c));
    return text.length() > quotable.length()
        ? quotable.append("...").toString()
        : quotable.toString();
  }

  /** The digest, 32 bytes; a new array. */
  public byte[] digest() {
    return digest.clone();
  }

  /** Writes the digest to {@code target} from {@code offset}. */
  void copyDigest(byte[] target, int offset) {
    System.arraycopy(digest, 0, target, offset, DIGEST_BYTES);
  }

  /** The first 8 bytes of the digest. */
  public long prefix() {
    return ByteBuffer.wrap(digest).getLong();
  }

  /** The key of provider records: the digest as a sha2-256 multihash. */
  public Multihash multihash() {
    return Multihash.of(Multihash.SHA2_256, digest);
  }

  @Override
  public int compareTo(Cid other) {
    return Arrays.compareUnsigned(digest, other.digest);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Cid that && Arrays.equals(digest, that.digest);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(digest);
  }

  /** The text form, 43 or 44 characters for almost every digest. */
  @Override
  public String toString() {
    return Base58.encode(digest);
  }
}
