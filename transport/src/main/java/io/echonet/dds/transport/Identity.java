package io.echonet.dds.transport;

import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.multiformats.Varint;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/** A host's own key pair: what makes it the peer it says it is. Immutable; never printed. */
public final class Identity {
  private static final int SEED_BYTES = 32;
  private static final byte[] ED25519_PKCS8_PREFIX = {
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20
  };

  private final byte[] seed;
  private final PublicKey publicKey;
  private final PeerId peerId;

  private Identity(byte[] seed, PublicKey publicKey) {
    this.seed = seed;
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
   * bytes.
   *
   * @throws MalformedEncodingException where it is anything else
   */
  public static Identity decode(byte[] bytes) {
    ByteBuffer source = ByteBuffer.wrap(bytes);
    if (bytes.length != 4 + 2 * SEED_BYTES
        || source.get() != 0x08
        || Varint.decode(source) != KeyType.ED25519.code()
        || source.get() != 0x12
        || Varint.decode(source) != 2 * SEED_BYTES) {
      throw new MalformedEncodingException("not an Ed25519 private key of 68 bytes");
    }
    byte[] seed = Arrays.copyOfRange(bytes, 4, 4 + SEED_BYTES);
    byte[] key = Arrays.copyOfRange(bytes, 4 + SEED_BYTES, bytes.length);
    if (!Arrays.equals(key, Ed25519.publicKey(seed))) {
      throw new MalformedEncodingException("private and public key do not belong together");
    }
    return new Identity(seed, PublicKey.of(KeyType.ED25519, key));
  }

  /** The protobuf form that {@link #decode} reads, 68 bytes; secret. */
  public byte[] encode() {
    byte[] bytes = new byte[4 + 2 * SEED_BYTES];
    bytes[0] = 0x08;
    bytes[1] = (byte) KeyType.ED25519.code();
    bytes[2] = 0x12;
    bytes[3] = 2 * SEED_BYTES;
    System.arraycopy(seed, 0, bytes, 4, SEED_BYTES);
    System.arraycopy(publicKey.data(), 0, bytes, 4 + SEED_BYTES, SEED_BYTES);
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
    try {
      byte[] pkcs8 = Arrays.copyOf(ED25519_PKCS8_PREFIX, ED25519_PKCS8_PREFIX.length + SEED_BYTES);
      System.arraycopy(seed, 0, pkcs8, ED25519_PKCS8_PREFIX.length, SEED_BYTES);
      Signature signer = Signature.getInstance("Ed25519");
      signer.initSign(
          KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
      signer.update(message);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no Ed25519", e);
    }
  }

  @Override
  public String toString() {
    return "identity of " + peerId;
  }
}
