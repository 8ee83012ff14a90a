package io.echonet.dds.transport.tls;

import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.SecureRandom;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;

/** Who computes what the engines do not: Conscrypt where it runs, the JDK where not. */
final class Crypto {
  private static final @Nullable Provider CONSCRYPT = load();

  private Crypto() {}

  private static @Nullable Provider load() {
    try {
      return Conscrypt.newProvider();
    } catch (LinkageError e) {
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
      Provider conscrypt = CONSCRYPT;
      return conscrypt != null
          ? SecureRandom.getInstance("SHA1PRNG", conscrypt)
          : SecureRandom.getInstance("DRBG");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no random numbers", e);
    }
  }
}
