package io.echonet.dds.transport;

import io.echonet.dds.multiformats.MalformedEncodingException;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Random;

/** An Ed25519 key pair, stored as seed and public key, 64 bytes. */
final class Ed25519Key implements OwnKey {
  private static final int SEED_BYTES = 32;

  private final byte[] seed;
  private final PrivateKey secret;
  private final PublicKey publicKey;

  private Ed25519Key(byte[] seed, byte[] publicKey) {
    this.seed = seed;
    this.secret = Ed25519.privateKey(seed);
    this.publicKey = PublicKey.of(KeyType.ED25519, publicKey);
  }

  static Ed25519Key generate(Random random) {
    byte[] seed = new byte[SEED_BYTES];
    random.nextBytes(seed);
    return new Ed25519Key(seed, Ed25519.publicKey(seed));
  }

  /** An older form has the public key twice. */
  static Ed25519Key decode(byte[] data) {
    if (data.length != 2 * SEED_BYTES && data.length != 3 * SEED_BYTES) {
      throw new MalformedEncodingException("Ed25519 private key of " + data.length + " bytes");
    }
    byte[] seed = Arrays.copyOf(data, SEED_BYTES);
    byte[] key = Ed25519.publicKey(seed);
    for (int start = SEED_BYTES; start < data.length; start += SEED_BYTES) {
      if (!Arrays.equals(key, Arrays.copyOfRange(data, start, start + SEED_BYTES))) {
        throw new MalformedEncodingException("private and public key do not belong together");
      }
    }
    return new Ed25519Key(seed, key);
  }

  @Override
  public PublicKey publicKey() {
    return publicKey;
  }

  @Override
  public byte[] data() {
    byte[] data = Arrays.copyOf(seed, 2 * SEED_BYTES);
    System.arraycopy(publicKey.data(), 0, data, SEED_BYTES, SEED_BYTES);
    return data;
  }

  @Override
  public byte[] sign(byte[] message) {
    return Ed25519.sign(secret, message);
  }
}
