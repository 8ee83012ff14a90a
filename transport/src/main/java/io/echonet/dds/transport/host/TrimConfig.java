package io.echonet.dds.transport.host;

import io.echonet.dds.transport.limits.Bounds;
import java.time.Duration;

/**
 * Which connections a host gives up by itself. Those with open streams stay, and those with peers
 * that are protected, unless another connection serves the same peer.
 *
 * @param low down to how many connections idle ones are given up, the longest idle first
 * @param high beyond how many that is done at once, so that a newcomer finds room
 * @param grace how long a connection is left alone after its beginning
 * @param keepAlive how long a connection may be idle while there are more than {@code low}
 * @param duplicateGrace how long the superfluous one of two connections with a peer is kept after
 *     its last stream; long enough that both ends know of the other one
 * @param interval how often idle and superfluous connections are looked for
 */
public record TrimConfig(
    int low,
    int high,
    Duration grace,
    Duration keepAlive,
    Duration duplicateGrace,
    Duration interval) {
  private static final TrimConfig DEFAULTS =
      new TrimConfig(
          512,
          640,
          Duration.ofSeconds(20),
          Duration.ofMinutes(2),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5));

  public TrimConfig {
    Bounds.requireRange("low watermark", low, 0, high);
    if (grace.isNegative() || keepAlive.isNegative() || duplicateGrace.isNegative()) {
      throw new IllegalArgumentException(
          "grace " + grace + ", keep-alive " + keepAlive + ", of duplicates " + duplicateGrace);
    }
    Bounds.requirePositive("interval", interval);
  }

  public static TrimConfig defaults() {
    return DEFAULTS;
  }

  public TrimConfig withWatermarks(int lowest, int highest) {
    return new TrimConfig(lowest, highest, grace, keepAlive, duplicateGrace, interval);
  }

  public TrimConfig withGrace(Duration time) {
    return new TrimConfig(low, high, time, keepAlive, duplicateGrace, interval);
  }

  public TrimConfig withKeepAlive(Duration time) {
    return new TrimConfig(low, high, grace, time, duplicateGrace, interval);
  }

  public TrimConfig withDuplicateGrace(Duration time) {
    return new TrimConfig(low, high, grace, keepAlive, time, interval);
  }

  public TrimConfig withInterval(Duration time) {
    return new TrimConfig(low, high, grace, keepAlive, duplicateGrace, time);
  }
}
