package io.echonet.dds.transport.testing;

import java.time.Duration;

/**
 * What a {@link ShapedLink} does to the bytes that pass, each way.
 *
 * @param delay how long a byte is under way; half of the round trip
 * @param bytesPerSecond how many pass in a second; 0 for as many as come
 */
public record LinkShape(Duration delay, long bytesPerSecond) {
  public LinkShape {
    if (delay.isNegative() || bytesPerSecond < 0) {
      throw new IllegalArgumentException(delay + ", " + bytesPerSecond + " bytes/s");
    }
  }

  public static LinkShape of(Duration roundTrip, long bytesPerSecond) {
    return new LinkShape(roundTrip.dividedBy(2), bytesPerSecond);
  }

  /** What such a link holds when it is full, in bytes. */
  long bytesUnderWay() {
    return (long) (delay.toNanos() / 1e9 * bytesPerSecond);
  }
}
