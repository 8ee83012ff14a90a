package io.echonet.dds.transport;

import io.echonet.dds.multiformats.Base58;
import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.multiformats.Varint;
import java.nio.ByteBuffer;
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
  private static final int CID_VERSION = 1;
  private static final int LIBP2P_KEY = 0x72;

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
   * Reads text: Base58 of the multihash ({@code 12D3Koo…}, {@code Qm…}), or a CIDv1 of the codec
   * libp2p-key in Base32 or Base58 ({@code bafz…}, {@code z…}).
   *
   * @throws MalformedEncodingException naming the text
   */
  public static PeerId parse(String text) {
    if (text.isEmpty() || text.length() > MAX_TEXT_CHARACTERS) {
      throw new MalformedEncodingException("peer id of " + text.length() + " characters");
    }
    try {
      return parseForm(text);
    } catch (MalformedEncodingException e) {
      throw new MalformedEncodingException("'" + text + "' is no peer id: " + e.getMessage());
    }
  }

  private static PeerId parseForm(String text) {
    if (text.startsWith("1") || text.startsWith("Qm")) {
      return decode(Base58.decode(text));
    }
    return switch (text.charAt(0)) {
      case 'b' -> decodeCid(Base32.decode(text.substring(1)));
      case 'z' -> decodeCid(Base58.decode(text.substring(1)));
      default ->
          throw new MalformedEncodingException(
              "it begins with none of 1, Qm, b (Base32), z (Base58)");
    };
  }

  private static PeerId decodeCid(byte[] cid) {
    ByteBuffer source = ByteBuffer.wrap(cid);
    long version = Varint.decode(source);
    long codec = Varint.decode(source);
    if (version != CID_VERSION || codec != LIBP2P_KEY) {
      throw new MalformedEncodingException(
          "CID of version " + version + " and codec " + codec + ", not 1 and libp2p-key");
    }
    return decode(Arrays.copyOfRange(cid, source.position(), cid.length));
  }

  /** The multihash; also the key a DHT finds the peer by. */
  public Multihash multihash() {
    return multihash;
  }

  /** The multihash bytes; a new array. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /**
   * The public key, where the name holds one: it does where the key is short and of a known type.
   */
  public Optional<PublicKey> inlinedKey() {
    if (multihash.code() != Multihash.IDENTITY) {
      return Optional.empty();
    }
    try {
      return Optional.of(PublicKey.decode(multihash.digest()));
    } catch (MalformedEncodingException e) {
      return Optional.empty();
    }
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
