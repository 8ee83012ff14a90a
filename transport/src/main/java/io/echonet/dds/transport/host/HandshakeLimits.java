package io.echonet.dds.transport.host;

import io.echonet.dds.transport.limits.Bounds;

/**
 * What strangers may have a host spend on handshakes. What is too much is closed before it has cost
 * any.
 *
 * @param maxPending accepted connections whose handshake is not done
 * @param perSecond handshakes that may begin in the long run; one takes about half a millisecond
 * @param burst handshakes that may begin at once after a quiet time
 * @param rememberedPrefixes ranges of addresses whose rate is remembered, besides those that have
 *     connections; the longest quiet is forgotten first
 */
public record HandshakeLimits(int maxPending, int perSecond, int burst, int rememberedPrefixes) {
  private static final HandshakeLimits DEFAULTS = new HandshakeLimits(256, 1_000, 2_000, 4_096);

  public HandshakeLimits {
    Bounds.requirePositive("pending handshakes", maxPending);
    Bounds.requirePositive("handshakes a second", perSecond);
    Bounds.requirePositive("handshakes at once", burst);
    Bounds.requirePositive("remembered prefixes", rememberedPrefixes);
  }

  public static HandshakeLimits defaults() {
    return DEFAULTS;
  }

  public HandshakeLimits withMaxPending(int handshakes) {
    return new HandshakeLimits(handshakes, perSecond, burst, rememberedPrefixes);
  }

  public HandshakeLimits withRate(int perSecond, int burst) {
    return new HandshakeLimits(maxPending, perSecond, burst, rememberedPrefixes);
  }

  public HandshakeLimits withRememberedPrefixes(int prefixes) {
    return new HandshakeLimits(maxPending, perSecond, burst, prefixes);
  }
}
