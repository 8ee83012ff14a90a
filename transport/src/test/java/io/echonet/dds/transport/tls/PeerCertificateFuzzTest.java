package io.echonet.dds.transport.tls;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.PublicKey;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.Random;

/** Whatever a peer shows for a certificate proves who it is, or is refused. */
class PeerCertificateFuzzTest {
  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
  private static final Identity IDENTITY = Identity.generate(new Random(1));

  @FuzzTest
  void certificatesMayBeAnything(byte[] der) {
    try {
      PublicKey key = PeerCertificate.verify(der, NOW);
      check(key.equals(PublicKey.decode(key.encode())), "a key that is none");
    } catch (CertificateException e) {
      // Refused.
    }
  }

  /** Past the certificate, where no mutation would get by itself. */
  @FuzzTest
  void extensionsMayBeAnything(byte[] content) {
    try {
      SignedKey.verify(content, new byte[91]);
      throw new AssertionError("a signature out of nothing");
    } catch (CertificateException e) {
      // Refused.
    }
  }

  @FuzzTest
  void certificateKeysMayBeAnything(byte[] spki) {
    try {
      PublicKey key = SignedKey.verify(SignedKey.encode(IDENTITY, spki), spki);
      check(key.equals(IDENTITY.publicKey()), "another key");
    } catch (CertificateException e) {
      throw new AssertionError("our own signature is refused", e);
    }
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
