package io.echonet.dds.network;

import io.echonet.dds.content.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Nonces that nobody else can foretell: hashes of a secret and a count. Unlike a {@link
 * SecureRandom} it never blocks once it is made.
 */
final class Nonces {
  private static final int SECRET_BYTES = 32;

  private final byte[] secret = new byte[SECRET_BYTES];
  private final AtomicLong count = new AtomicLong();

  Nonces() {
    new SecureRandom().nextBytes(secret);
  }

  /** A nonce of {@link Proof#NONCE_BYTES} that was never given out before. */
  byte[] next() {
    MessageDigest digest = Sha256.newDigest();
    digest.update(secret);
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(count.getAndIncrement()).flip());
    return digest.digest();
  }
}
