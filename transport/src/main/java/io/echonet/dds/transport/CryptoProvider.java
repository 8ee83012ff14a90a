package io.echonet.dds.transport;

import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Signature;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who computes for all of this transport: Conscrypt where its library loads on this machine, the
 * JDK where not. What Conscrypt does takes a fraction of the JDK's time, and never waits.
 */
public final class CryptoProvider {
  private static final Logger LOG = LoggerFactory.getLogger(CryptoProvider.class);

  private static final @Nullable Provider CONSCRYPT = load();

  private CryptoProvider() {}

  private static @Nullable Provider load() {
    try {
      return Conscrypt.newProvider();
    } catch (LinkageError e) {
      LOG.info("Conscrypt does not run here, handshakes will be slower: {}", e.toString());
      return null;
    }
  }

  /** Null where Conscrypt does not run. */
  public static @Nullable Provider conscrypt() {
    return CONSCRYPT;
  }

  /** Random numbers without a read of a device, which would hold an event loop up. */
  public static SecureRandom random() {
    try {
      Provider provider = CONSCRYPT;
      return provider != null
          ? SecureRandom.getInstance("SHA1PRNG", provider)
          : SecureRandom.getInstance("DRBG");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JVM has no random numbers", e);
    }
  }

  static Signature signature(String algorithm) throws NoSuchAlgorithmException {
    Provider provider = CONSCRYPT;
    return provider == null
        ? Signature.getInstance(algorithm)
        : Signature.getInstance(algorithm, provider);
  }

  static KeyFactory keys(String algorithm) throws NoSuchAlgorithmException {
    Provider provider = CONSCRYPT;
    return provider == null
        ? KeyFactory.getInstance(algorithm)
        : KeyFactory.getInstance(algorithm, provider);
  }
}
