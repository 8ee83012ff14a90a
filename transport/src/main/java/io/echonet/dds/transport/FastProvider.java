package io.echonet.dds.transport;

import java.security.Provider;
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
}
