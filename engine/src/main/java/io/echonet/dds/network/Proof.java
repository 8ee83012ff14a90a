package io.echonet.dds.network;

import io.echonet.dds.content.Chunk;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA-256 of a whole chunk under a nonce: what only a holder of the chunk can answer. */
final class Proof {
  static final int NONCE_BYTES = 32;

  private static final String ALGORITHM = "HmacSHA256";

  private Proof() {}

  /** The proof for {@code chunk}, 32 bytes; {@code nonce} is of {@link #NONCE_BYTES}. */
  static byte[] of(Chunk chunk, byte[] nonce) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(nonce, ALGORITHM));
      mac.update(chunk.data());
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no " + ALGORITHM, e);
    }
  }
}
