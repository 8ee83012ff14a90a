package io.echonet.dds.transport.noise;

import java.security.GeneralSecurityException;
import java.security.Provider;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Cipher} for ChaCha20-Poly1305 that takes Noise's nonces: four zero bytes and a
 * little-endian count.
 */
final class AeadCipher {
  private final Cipher cipher;
  private final SecretKeySpec key;
  private final byte[] nonceBytes = new byte[12];

  AeadCipher(byte[] key, @Nullable Provider conscrypt) {
    try {
      this.cipher =
          conscrypt == null
              ? Cipher.getInstance("ChaCha20-Poly1305")
              : Cipher.getInstance("ChaCha20/Poly1305/NoPadding", conscrypt);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no ChaCha20-Poly1305", e);
    }
    this.key = new SecretKeySpec(key, "ChaCha20");
  }

  /** The cipher, ready for one message. */
  Cipher with(int mode, long nonce) throws GeneralSecurityException {
    for (int i = 0; i < Long.BYTES; i++) {
      nonceBytes[4 + i] = (byte) (nonce >>> (8 * i));
    }
    cipher.init(mode, key, new IvParameterSpec(nonceBytes));
    return cipher;
  }
}
