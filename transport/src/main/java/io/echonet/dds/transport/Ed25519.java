package io.echonet.dds.transport;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Ed25519 with raw keys, computed by Conscrypt where that runs: it is 14 to 50 times as fast as the
 * JDK.
 */
final class Ed25519 {
  static final int KEY_BYTES = 32;

  private static final byte[] PKCS8_PREFIX =
      HexFormat.of().parseHex("302e020100300506032b657004220420");
  private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private static final @Nullable Provider CONSCRYPT = CryptoProvider.conscrypt();

  private Ed25519() {}

  /** The step from a seed to its public key, which the JDK offers only inside key generation. */
  static byte[] publicKey(byte[] seed) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519", "SunEC");
      generator.initialize(255, new FixedRandom(seed));
      byte[] spki = generator.generateKeyPair().getPublic().getEncoded();
      return Arrays.copyOfRange(spki, spki.length - KEY_BYTES, spki.length);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no Ed25519", e);
    }
  }

  static PrivateKey privateKey(byte[] seed) {
    try {
      return factory(CONSCRYPT)
          .generatePrivate(new PKCS8EncodedKeySpec(concat(PKCS8_PREFIX, seed)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no Ed25519", e);
    }
  }

  /** The 64 bytes of signature by a key that {@link #privateKey} made. */
  static byte[] sign(PrivateKey key, byte[] message) {
    try {
      Signature signer = signature(CONSCRYPT);
      signer.initSign(key);
      signer.update(message);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no Ed25519", e);
    }
  }

  static boolean verify(byte[] key, byte[] message, byte[] signature)
      throws GeneralSecurityException {
    return verify(key, message, signature, CONSCRYPT);
  }

  static boolean verify(byte[] key, byte[] message, byte[] signature, @Nullable Provider provider)
      throws GeneralSecurityException {
    Signature verifier = signature(provider);
    verifier.initVerify(
        factory(provider).generatePublic(new X509EncodedKeySpec(concat(SPKI_PREFIX, key))));
    verifier.update(message);
    return verifier.verify(signature);
  }

  private static KeyFactory factory(@Nullable Provider provider) throws GeneralSecurityException {
    return provider == null
        ? KeyFactory.getInstance("Ed25519")
        : KeyFactory.getInstance("EdDSA", provider);
  }

  private static Signature signature(@Nullable Provider provider) throws GeneralSecurityException {
    return provider == null
        ? Signature.getInstance("Ed25519")
        : Signature.getInstance("EdDSA", provider);
  }

  private static byte[] concat(byte[] prefix, byte[] key) {
    byte[] all = Arrays.copyOf(prefix, prefix.length + key.length);
    System.arraycopy(key, 0, all, prefix.length, key.length);
    return all;
  }

  /** Hands out the seed as if it were random: the generator draws its 32 bytes in one call. */
  private static final class FixedRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private final byte[] seed;

    FixedRandom(byte[] seed) {
      this.seed = seed.clone();
    }

    @Override
    public void nextBytes(byte[] bytes) {
      System.arraycopy(seed, 0, bytes, 0, bytes.length);
    }
  }
}
