package io.echonet.dds.transport.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Properties;

/** The certificates that the tls specification gives as test vectors. */
final class CertificateVectors {
  private static final Properties ALL = load();

  private CertificateVectors() {}

  private static Properties load() {
    try (InputStream in = CertificateVectors.class.getResourceAsStream("certificates.properties")) {
      Properties properties = new Properties();
      properties.load(Objects.requireNonNull(in));
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] certificate(String name) {
    return HexFormat.of().parseHex(ALL.getProperty(name));
  }
}
