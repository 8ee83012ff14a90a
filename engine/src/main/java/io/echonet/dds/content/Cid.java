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

  private static final int MAX_TEXT_CHARACTERS = 44;

  private final byte[] digest;

  private Cid(byte[] digest) {
    this.digest = digest;
  }

  /** The name that is {@code digest}, 32 bytes, which are copied. */
  public static Cid of(byte[] digest) {
    if (digest.length != DIGEST_BYTES) {
      throw new MalformedEncodingException("a CID of " + digest.length + " bytes instead of 32");
    }
    return new Cid(digest.clone());
  }

  /** The name of {@code data}, by hashing what remains of it; its position is left as it was. */
  public static Cid hash(ByteBuffer data) {
    return new Cid(Sha256.digest(data));
  }

  /**
   * Reads the text form.
   *
   * @throws MalformedEncodingException naming the text and what is wrong with it
   */
  public static Cid parse(String text) {
    if (text.isEmpty() || text.length() > MAX_TEXT_CHARACTERS) {
      throw new MalformedEncodingException(
          "'" + abbreviate(text) + "' is no CID: " + text.length() + " characters");
    }
    try {
      return of(Base58.decode(text));
    } catch (MalformedEncodingException e) {
      throw new MalformedEncodingException("'" + text + "' is no CID: " + e.getMessage());
    }
  }

  private static String abbreviate(String text) {
    return text.length() <= 2 * MAX_TEXT_CHARACTERS
        ? text
        : text.substring(0, MAX_TEXT_CHARACTERS) + "…";
  }

  /** The digest, 32 bytes; a new array. */
  public byte[] digest() {
    return digest.clone();
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
