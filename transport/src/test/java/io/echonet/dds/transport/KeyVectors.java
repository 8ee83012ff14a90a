package io.echonet.dds.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Properties;

/** The keys that the peer-ids specification gives as test vectors. */
final class KeyVectors {
  private static final Properties ALL = load();

  private KeyVectors() {}

  private static Properties load() {
    try (InputStream in = KeyVectors.class.getResourceAsStream("keys.properties")) {
      Properties properties = new Properties();
      properties.load(Objects.requireNonNull(in));
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] publicKey(String type) {
    return HexFormat.of().parseHex(ALL.getProperty(type + ".public"));
  }

  static byte[] privateKey(String type) {
    return HexFormat.of().parseHex(ALL.getProperty(type + ".private"));
  }
}
