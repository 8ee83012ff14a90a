package io.echonet.dds.transport;

import io.echonet.dds.multiformats.MalformedEncodingException;
import java.util.Arrays;

/**
 * The public half of a peer's identity, as libp2p serialises it (peer-ids specification).
 * Immutable.
 */
public final class PublicKey {
  private static final int MAX_DATA_BYTES = 4096;

  private final KeyType type;
  private final byte[] data;

  private PublicKey(KeyType type, byte[] data) {
    this.type = type;
    this.data = data;
  }

  /** The key of {@code type} whose type-specific form is {@code data}, which is copied. */
  public static PublicKey of(KeyType type, byte[] data) {
    boolean fits = type == KeyType.ED25519 ? data.length == Ed25519.KEY_BYTES : data.length > 0;
    if (!fits || data.length > MAX_DATA_BYTES) {
      throw new MalformedEncodingException(type + " public key of " + data.length + " bytes");
    }
    return new PublicKey(type, data.clone());
  }

  /**
   * Reads the protobuf form {@code {Type = 1, Data = 2}}.
   *
   * @throws MalformedEncodingException where it is anything else
   */
  public static PublicKey decode(byte[] bytes) {
    KeyMessage message = KeyMessage.decode(bytes, "public key", MAX_DATA_BYTES);
    return of(message.type(), message.data());
  }

  /** The deterministic protobuf form; a new array. */
  public byte[] encode() {
    return new KeyMessage(type, data).encode();
  }

  public KeyType type() {
    return type;
  }

  /** The type-specific form; a new array. */
  public byte[] data() {
    return data.clone();
  }

  /**
   * Whether {@code signature} is this key's over {@code message}; false too where it is malformed.
   */
  public boolean verify(byte[] message, byte[] signature) {
    return Signatures.verify(type, data, message, signature);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PublicKey that && type == that.type && Arrays.equals(data, that.data);
  }

  @Override
  public int hashCode() {
    return 31 * type.hashCode() + Arrays.hashCode(data);
  }

  @Override
  public String toString() {
    return type + " key of " + PeerId.of(this);
  }
}
