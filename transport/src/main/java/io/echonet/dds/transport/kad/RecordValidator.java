package io.echonet.dds.transport.kad;

import java.util.Optional;

/**
 * What values the keys of a namespace may have (kad-dht specification, "Entry validation"). Called
 * from any thread, and must not block; both arrays are the validator's to read, not to keep.
 */
public interface RecordValidator {
  /** Why {@code value} may not stand under {@code key}; empty where it may. */
  Optional<String> objection(byte[] key, byte[] value);

  /**
   * Whether {@code value} is to replace {@code other}, both being valid. Has to be the same
   * whenever it is asked, or the network never settles.
   */
  boolean isBetter(byte[] key, byte[] value, byte[] other);

  /**
   * Whether a key has one valid value alone. The first that is found then ends a search, and one
   * that is kept here makes it unnecessary.
   */
  default boolean isUnique() {
    return false;
  }
}
