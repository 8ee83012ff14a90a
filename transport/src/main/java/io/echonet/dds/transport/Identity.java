package io.echonet.dds.transport;

import io.echonet.dds.multiformats.MalformedEncodingException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.util.Arrays;

/** A host's own key pair: what makes it the peer it says it is. Immutable; never printed. */
public final class Identity {
  private static final int SEED_BYTES = 32;
  private static final int HEADER_BYTES = 4;

  private final byte[] seed;
  private final PrivateKey privateKey;
  private final PublicKey publicKey;
  private final PeerId peerId;

  private Identity(byte[] seed, PublicKey publicKey) {
    this.seed = seed;
    this.privateKey = Ed25519.privateKey(seed);
    this.publicKey = publicKey;
    this.peerId = PeerId.of(publicKey);
  }

  /** A new Ed25519 identity. */
  public static Identity generate() {
    return generate(new SecureRandom());
  }

  /**
   * A new Ed25519 identity from {@code random}; a seeded source gives the same one again (tests).
   */
  public static Identity generate(java.util.Random random) {
    byte[] seed = new byte[SEED_BYTES];
    random.nextBytes(seed);
    return new Identity(seed, PublicKey.of(KeyType.ED25519, Ed25519.publicKey(seed)));
  }

  /**
   * Reads the protobuf form {@code {Type = 1, Data = 2}} whose data are seed and public key, 64
   * bytes; an older form has the public key twice.
   *
   * @throws MalformedEncodingException where it is anything else
   */
  public static Identity decode(byte[] bytes) {
    int dataBytes = bytes.length - HEADER_BYTES;
    int keys = dataBytes / SEED_BYTES - 1;
    if (dataBytes % SEED_BYTES != 0
        || keys < 1
        || keys > 2
        || !Arrays.equals(Arrays.copyOf(bytes, HEADER_BYTES), header(dataBytes))) {
      throw new MalformedEncodingException(
          "not an Ed25519 private key: " + bytes.length + " bytes, where 68 were expected");
    }
    int keyStart = HEADER_BYTES + SEED_BYTES;
    byte[] seed = Arrays.copyOfRange(bytes, HEADER_BYTES, keyStart);
    byte[] key = Ed25519.publicKey(seed);
    for (int start = keyStart; start < bytes.length; start += SEED_BYTES) {
      if (!Arrays.equals(key, Arrays.copyOfRange(bytes, start, start + SEED_BYTES))) {
        throw new MalformedEncodingException("private and public key do not belong together");
      }
    }
    return new Identity(seed, PublicKey.of(KeyType.ED25519, key));
  }

  private static byte[] header(int dataBytes) {
    return new byte[] {0x08, (byte) KeyType.ED25519.code(), 0x12, (byte) dataBytes};
  }

  /** The protobuf form that {@link #decode} reads, 68 bytes; secret. */
  public byte[] encode() {
    byte[] bytes = Arrays.copyOf(header(2 * SEED_BYTES), HEADER_BYTES + 2 * SEED_BYTES);
    System.arraycopy(seed, 0, bytes, HEADER_BYTES, SEED_BYTES);
    System.arraycopy(publicKey.data(), 0, bytes, HEADER_BYTES + SEED_BYTES, SEED_BYTES);
    return bytes;
  }

  public PublicKey publicKey() {
    return publicKey;
  }

  public PeerId peerId() {
    return peerId;
  }

  /** The signature over {@code message}, 64 bytes. */
  public byte[] sign(byte[] message) {
    return Ed25519.sign(privateKey, message);
  }

  @Override
  public String toString() {
    return "identity of " + peerId;
  }
}
