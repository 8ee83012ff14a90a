package io.echonet.dds.transport.noise;

import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.SecureRandom;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who computes: Conscrypt where its library loads on this machine, the JDK where not. */
final class Crypto {
  private static final Logger LOG = LoggerFactory.getLogger(Crypto.class);

  /** From this release on the JDK's own ChaCha20-Poly1305 is as fast as native code. */
  private static final int FAST_JDK = 21;

  private static final @Nullable Provider CONSCRYPT = load();

  private Crypto() {}

  private static @Nullable Provider load() {
    try {
      return Conscrypt.newProvider();
    } catch (LinkageError e) {
      LOG.info("Conscrypt does not run here, handshakes will be slower: {}", e.toString());
      return null;
    }
  }

  /** Null where Conscrypt does not run. */
  static @Nullable Provider conscrypt() {
    return CONSCRYPT;
  }

  /** Random bytes without a blocking read of a device, which would hold an event loop up. */
  static SecureRandom random() {
    try {
      return CONSCRYPT != null
          ? SecureRandom.getInstance("SHA1PRNG", CONSCRYPT)
          : SecureRandom.getInstance("DRBG");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no random numbers", e);
    }
  }

  /** The cipher that costs least on this JVM, under {@code key}. */
  static Aead aead(byte[] key) {
    Provider conscrypt = CONSCRYPT;
    return conscrypt == null || Runtime.version().feature() >= FAST_JDK
        ? new JdkAead(key)
        : new ConscryptAead(key, conscrypt);
  }
}
