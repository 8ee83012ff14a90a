package io.echonet.dds.transport;

import io.echonet.dds.multiformats.Base58;
import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.multiformats.Multihash;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The name of a peer: the multihash of its public key, short keys inlined (peer-ids specification).
 * Immutable; ordered by its bytes.
 */
public final class PeerId implements Comparable<PeerId> {
  private static final int MAX_INLINE_KEY_BYTES = 42;
  private static final int MAX_TEXT_CHARACTERS = 128;

  private final Multihash multihash;
  private final byte[] bytes;

  private PeerId(Multihash multihash) {
    this.multihash = multihash;
    this.bytes = multihash.bytes();
  }

  /** The name of the peer that holds {@code key}. */
  public static PeerId of(PublicKey key) {
    byte[] encoded = key.encode();
    if (encoded.length <= MAX_INLINE_KEY_BYTES) {
      return new PeerId(Multihash.of(Multihash.IDENTITY, encoded));
    }
    try {
      return new PeerId(
          Multihash.of(Multihash.SHA2_256, MessageDigest.getInstance("SHA-256").digest(encoded)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JVM has no SHA-256", e);
    }
  }

  /**
   * Reads the multihash bytes.
   *
   * @throws MalformedEncodingException where they are no multihash a peer may be named by
   */
  public static PeerId decode(byte[] bytes) {
    Multihash multihash = Multihash.decode(bytes);
    boolean inlined =
        multihash.code() == Multihash.IDENTITY && multihash.digest().length <= MAX_INLINE_KEY_BYTES;
    if (!inlined && multihash.code() != Multihash.SHA2_256) {
      throw new MalformedEncodingException(
          "peer id of multihash code " + multihash.code() + " is neither identity nor sha2-256");
    }
    return new PeerId(multihash);
  }

  /**
   * Reads the Base58 form ({@code 12D3Koo…}, {@code Qm…}).
   *
   * @throws MalformedEncodingException naming the text
   */
  public static PeerId parse(String text) {
    if (text.isEmpty() || text.length() > MAX_TEXT_CHARACTERS) {
      throw new MalformedEncodingException("peer id of " + text.length() + " characters");
    }
    try {
      return decode(Base58.decode(text));
    } catch (MalformedEncodingException e) {
      throw new MalformedEncodingException("'" + text + "' is no peer id: " + e.getMessage());
    }
  }

  /** The multihash; also the key a DHT finds the peer by. */
  public Multihash multihash() {
    return multihash;
  }

  /** The multihash bytes; a new array. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The public key, where it is short enough to be part of the name. */
  public Optional<PublicKey> inlinedKey() {
    return multihash.code() == Multihash.IDENTITY
        ? Optional.of(PublicKey.decode(multihash.digest()))
        : Optional.empty();
  }

  /** Whether {@code key} is the one this peer is named by. */
  public boolean matches(PublicKey key) {
    return equals(of(key));
  }

  @Override
  public int compareTo(PeerId other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PeerId that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The Base58 form. */
  @Override
  public String toString() {
    return multihash.toString();
  }
}
