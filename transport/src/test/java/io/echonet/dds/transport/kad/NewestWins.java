package io.echonet.dds.transport.kad;

import java.util.Optional;

/** Values of one byte or more, of which the one with the highest first byte is the best. */
final class NewestWins implements RecordValidator {
  static final String NAMESPACE = "seq";

  @Override
  public Optional<String> objection(byte[] key, byte[] value) {
    return value.length == 0 ? Optional.of("no bytes") : Optional.empty();
  }

  @Override
  public boolean isBetter(byte[] key, byte[] value, byte[] other) {
    return value[0] > other[0];
  }
}
