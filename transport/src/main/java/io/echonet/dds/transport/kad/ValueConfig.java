package io.echonet.dds.transport.kad;

import io.echonet.dds.transport.limits.Bounds;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What values a node keeps and looks for.
 *
 * @param maxKeyBytes how long a key may be
 * @param maxValueBytes how long a value may be
 * @param maxRecords how many values are kept
 * @param maxBytes how many bytes their keys and values may take
 * @param keep how long a value is kept after it was last received
 * @param quorum a search ends once this many valid values were found. Few are quick, many find the
 *     best one though most are old
 * @param validators what values are valid, by the namespace of their key; others are neither kept
 *     nor looked for
 */
public record ValueConfig(
    int maxKeyBytes,
    int maxValueBytes,
    int maxRecords,
    int maxBytes,
    Duration keep,
    int quorum,
    Map<String, RecordValidator> validators) {
  static final ValueConfig DEFAULTS =
      new ValueConfig(
          512,
          10 * 1024,
          65_536,
          16 * 1024 * 1024,
          Duration.ofDays(2),
          16,
          Map.of(PublicKeyValidator.NAMESPACE, new PublicKeyValidator()));

  public ValueConfig {
    Bounds.requirePositive("bytes of a key", maxKeyBytes);
    Bounds.requirePositive("bytes of a value", maxValueBytes);
    Bounds.requirePositive("values", maxRecords);
    Bounds.requirePositive("bytes of all values", maxBytes);
    Bounds.requirePositive("life of a value", keep);
    Bounds.requirePositive("quorum", quorum);
    if (maxKeyBytes + (long) maxValueBytes > KadCodec.MAX_RECORD_BYTES / 2) {
      throw new IllegalArgumentException(
          "a key of %d and a value of %d bytes exceed %d"
              .formatted(maxKeyBytes, maxValueBytes, KadCodec.MAX_RECORD_BYTES / 2));
    }
    for (String namespace : validators.keySet()) {
      if (namespace.isEmpty() || namespace.contains("/")) {
        throw new IllegalArgumentException("'" + namespace + "' is no namespace");
      }
    }
    validators = Map.copyOf(validators);
  }

  /** These settings with {@code validator} for the keys {@code /namespace/…}. */
  public ValueConfig withValidator(String namespace, RecordValidator validator) {
    Map<String, RecordValidator> more = new HashMap<>(validators);
    more.put(namespace, validator);
    return new ValueConfig(maxKeyBytes, maxValueBytes, maxRecords, maxBytes, keep, quorum, more);
  }

  public ValueConfig withQuorum(int values) {
    return new ValueConfig(
        maxKeyBytes, maxValueBytes, maxRecords, maxBytes, keep, values, validators);
  }

  public ValueConfig withLimits(int records, int bytes) {
    return new ValueConfig(maxKeyBytes, maxValueBytes, records, bytes, keep, quorum, validators);
  }
}
