package io.echonet.dds.transport.noise;

import io.echonet.dds.transport.CryptoProvider;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.KeyAgreement;
import org.jspecify.annotations.Nullable;

/** Diffie-Hellman on Curve25519 with keys of 32 raw bytes (RFC 7748, section 5). */
final class X25519 {
  static final int KEY_BYTES = 32;

  private static final byte[] PKCS8_PREFIX =
      HexFormat.of().parseHex("302e020100300506032b656e04220420");
  private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b656e032100");

  private X25519() {}

  /** A key pair, kept in memory alone. */
  static final class Pair {
    private final PrivateKey privateKey;
    private final byte[] publicKey;
    private final @Nullable Provider provider;

    private Pair(byte[] scalar, @Nullable Provider provider) throws GeneralSecurityException {
      this.provider = provider;
      this.privateKey =
          factory(provider).generatePrivate(new PKCS8EncodedKeySpec(concat(PKCS8_PREFIX, scalar)));
      byte[] basePoint = new byte[KEY_BYTES];
      basePoint[0] = 9;
      this.publicKey = agree(basePoint);
    }

    /** The public half; not to be written to. */
    byte[] publicKey() {
      return publicKey;
    }

    /**
     * The secret shared with the owner of {@code other}.
     *
     * @throws GeneralSecurityException where {@code other} is a point that shares nothing secret
     */
    byte[] agree(byte[] other) throws GeneralSecurityException {
      Key key =
          factory(provider).generatePublic(new X509EncodedKeySpec(concat(SPKI_PREFIX, other)));
      KeyAgreement agreement =
          provider == null
              ? KeyAgreement.getInstance("X25519")
              : KeyAgreement.getInstance("XDH", provider);
      agreement.init(privateKey);
      agreement.doPhase(key, true);
      byte[] secret = agreement.generateSecret();
      if (Arrays.equals(secret, new byte[KEY_BYTES])) {
        throw new InvalidKeyException("a point of small order");
      }
      return secret;
    }
  }

  static Pair generate(SecureRandom random) {
    byte[] scalar = new byte[KEY_BYTES];
    random.nextBytes(scalar);
    return of(scalar, CryptoProvider.conscrypt());
  }

  static Pair of(byte[] scalar, @Nullable Provider provider) {
    try {
      return new Pair(scalar, provider);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no X25519", e);
    }
  }

  private static KeyFactory factory(@Nullable Provider provider) throws GeneralSecurityException {
    return provider == null
        ? KeyFactory.getInstance("X25519")
        : KeyFactory.getInstance("XDH", provider);
  }

  private static byte[] concat(byte[] prefix, byte[] key) {
    byte[] all = Arrays.copyOf(prefix, prefix.length + key.length);
    System.arraycopy(key, 0, all, prefix.length, key.length);
    return all;
  }
}
