package io.echonet.dds.transport.kad;

import com.google.protobuf.ByteString;
import java.util.Optional;

/** Says what may stand under a key, by the validator of the key's namespace. */
final class Validation {
  private final ValueConfig config;

  Validation(ValueConfig config) {
    this.config = config;
  }

  /** Why nothing may stand under {@code key}; empty where something may. */
  Optional<String> objection(ByteString key) {
    if (key.size() > config.maxKeyBytes()) {
      return Optional.of("key of %d bytes exceeds %d".formatted(key.size(), config.maxKeyBytes()));
    }
    return validator(key).isPresent()
        ? Optional.empty()
        : Optional.of("key of a namespace that has no validator");
  }

  /** Why {@code value} may not stand under {@code key}; empty where it may. */
  Optional<String> objection(ByteString key, ByteString value) {
    Optional<String> toKey = objection(key);
    if (toKey.isPresent()) {
      return toKey;
    }
    if (value.size() > config.maxValueBytes()) {
      return Optional.of(
          "value of %d bytes exceeds %d".formatted(value.size(), config.maxValueBytes()));
    }
    return validator(key).orElseThrow().objection(key.toByteArray(), value.toByteArray());
  }

  /** Whether {@code value} is to replace {@code other}, both valid. */
  boolean isBetter(ByteString key, ByteString value, ByteString other) {
    return !value.equals(other)
        && validator(key)
            .filter(it -> it.isBetter(key.toByteArray(), value.toByteArray(), other.toByteArray()))
            .isPresent();
  }

  /** Whether one valid value of {@code key} is as good as all. */
  boolean isUnique(ByteString key) {
    return validator(key).filter(RecordValidator::isUnique).isPresent();
  }

  private Optional<RecordValidator> validator(ByteString key) {
    int end = 1;
    while (end < key.size() && key.byteAt(end) != '/') {
      end++;
    }
    return key.isEmpty() || key.byteAt(0) != '/' || end >= key.size()
        ? Optional.empty()
        : Optional.ofNullable(config.validators().get(key.substring(1, end).toStringUtf8()));
  }
}
