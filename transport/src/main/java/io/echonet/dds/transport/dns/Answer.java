package io.echonet.dds.transport.dns;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a name server says, or why it says nothing.
 *
 * @param values the data of the records: the bytes of an IP address, or of a text
 * @param failure why there are none, for people
 * @param life how long this holds
 */
record Answer(List<byte[]> values, Optional<String> failure, Duration life) {
  static Answer of(List<byte[]> values, Duration life) {
    return new Answer(List.copyOf(values), Optional.empty(), life);
  }

  static Answer failed(String reason, Duration life) {
    return new Answer(List.of(), Optional.of(reason), life);
  }

  /** What it takes to keep, roughly. */
  int bytes() {
    return values.stream().mapToInt(value -> value.length + 24).sum() + 200;
  }
}
