package io.echonet.dds.transport;

import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Signature;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;

/** Conscrypt where it runs: signatures take a fraction of the JDK's time, and never wait. */
final class FastProvider {
  private static final @Nullable Provider CONSCRYPT = load();

  private FastProvider() {}

  private static @Nullable Provider load() {
    try {
      return Conscrypt.newProvider();
    } catch (LinkageError e) {
      return null;
    }
  }

  static @Nullable Provider orNull() {
    return CONSCRYPT;
  }

  /** Random numbers without a read of a device, which would hold an event loop up. */
  static SecureRandom random() {
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
