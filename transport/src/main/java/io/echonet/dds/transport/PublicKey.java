package io.echonet.dds.transport;

import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.multiformats.Varint;
import java.nio.ByteBuffer;
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
    ByteBuffer source = ByteBuffer.wrap(bytes);
    if (source.remaining() < 4 || source.get() != 0x08) {
      throw new MalformedEncodingException("public key does not begin with its type");
    }
    long code = Varint.decode(source);
    KeyType type =
        Arrays.stream(KeyType.values())
            .filter(candidate -> candidate.code() == code)
            .findFirst()
            .orElseThrow(() -> new MalformedEncodingException("unknown key type " + code));
    if (!source.hasRemaining() || source.get() != 0x12) {
      throw new MalformedEncodingException("public key has no data");
    }
    long length = Varint.decode(source);
    if (length > MAX_DATA_BYTES || length != source.remaining()) {
      throw new MalformedEncodingException(
          "public key names " + length + " bytes and carries " + source.remaining());
    }
    byte[] data = new byte[(int) length];
    source.get(data);
    return of(type, data);
  }

  /** The deterministic protobuf form; a new array. */
  public byte[] encode() {
    byte[] bytes = new byte[3 + Varint.size(data.length) + data.length];
    bytes[0] = 0x08;
    bytes[1] = (byte) type.code();
    bytes[2] = 0x12;
    int offset = Varint.encode(data.length, bytes, 3);
    System.arraycopy(data, 0, bytes, offset, data.length);
    return bytes;
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
