package io.echonet.dds.transport.yamux;

import io.echonet.dds.transport.limits.Bounds;
import io.echonet.dds.transport.limits.TokenBucket;

/**
 * How often a peer may do what costs it twelve bytes and this end more. A peer that goes beyond
 * loses the connection.
 *
 * @param pings pings, and answers to pings that nobody sent
 * @param resets streams that the peer resets, and streams of its that are refused
 * @param idleFrames frames that change nothing, and window updates; every Data frame sent pays for
 *     one more, because some peers answer each with an update
 * @param maxUnsentControlFrames resets and answers to pings that may wait for a peer that does not
 *     read its socket
 */
public record FloodLimits(Rate pings, Rate resets, Rate idleFrames, int maxUnsentControlFrames) {
  private static final FloodLimits DEFAULTS =
      new FloodLimits(new Rate(20, 200), new Rate(500, 5_000), new Rate(1_000, 10_000), 4_096);

  public FloodLimits {
    Bounds.requirePositive("maxUnsentControlFrames", maxUnsentControlFrames);
  }

  public static FloodLimits defaults() {
    return DEFAULTS;
  }

  public FloodLimits withPings(Rate rate) {
    return new FloodLimits(rate, resets, idleFrames, maxUnsentControlFrames);
  }

  public FloodLimits withResets(Rate rate) {
    return new FloodLimits(pings, rate, idleFrames, maxUnsentControlFrames);
  }

  public FloodLimits withIdleFrames(Rate rate) {
    return new FloodLimits(pings, resets, rate, maxUnsentControlFrames);
  }

  public FloodLimits withMaxUnsentControlFrames(int frames) {
    return new FloodLimits(pings, resets, idleFrames, frames);
  }

  /**
   * A token bucket's measure.
   *
   * @param perSecond what is allowed in the long run
   * @param burst what is allowed at once after a quiet time
   */
  public record Rate(int perSecond, int burst) {
    public Rate {
      Bounds.requirePositive("rate a second", perSecond);
      Bounds.requirePositive("burst", burst);
    }

    TokenBucket bucket(long now) {
      return new TokenBucket(perSecond, burst, now);
    }
  }
}
