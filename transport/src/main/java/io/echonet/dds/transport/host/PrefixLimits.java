package io.echonet.dds.transport.host;

import io.echonet.dds.transport.limits.Bounds;

/**
 * What may come from one range of addresses, whose owner can make up as many peers as he likes.
 *
 * @param connections accepted from there; more are closed before their handshake
 * @param maxPending of those, the ones whose handshake is not done; keeps one place from locking
 *     all others out by saying nothing
 * @param handshakesPerSecond that may begin in the long run
 * @param handshakeBurst that may begin at once after a quiet time
 * @param streams being served or agreed on, on connections from there; more are reset
 * @param memoryBytes what the receive windows of connections from there may have grown by
 */
public record PrefixLimits(
    int connections,
    int maxPending,
    int handshakesPerSecond,
    int handshakeBurst,
    int streams,
    long memoryBytes) {
  private static final PrefixLimits DEFAULTS = new PrefixLimits(32, 16, 8, 64, 2_048, 128L << 20);
  private static final PrefixLimits LOCAL =
      new PrefixLimits(
          ConnectionLimits.defaults().inbound(),
          HandshakeLimits.defaults().maxPending(),
          HandshakeLimits.defaults().perSecond(),
          HandshakeLimits.defaults().burst(),
          StreamLimits.defaults().inAll(),
          MemoryLimits.defaults().inAllBytes());

  public PrefixLimits {
    Bounds.requirePositive("connections of a prefix", connections);
    Bounds.requirePositive("pending handshakes of a prefix", maxPending);
    Bounds.requirePositive("handshakes a second of a prefix", handshakesPerSecond);
    Bounds.requirePositive("handshakes at once of a prefix", handshakeBurst);
    Bounds.requirePositive("streams of a prefix", streams);
    Bounds.requireAtLeast("bytes of windows of a prefix", memoryBytes, 0);
  }

  /** For public addresses. */
  public static PrefixLimits defaults() {
    return DEFAULTS;
  }

  /** For loopback, private and link-local addresses. */
  public static PrefixLimits localDefaults() {
    return LOCAL;
  }

  public PrefixLimits withConnections(int value) {
    return new PrefixLimits(
        value, maxPending, handshakesPerSecond, handshakeBurst, streams, memoryBytes);
  }

  public PrefixLimits withMaxPending(int value) {
    return new PrefixLimits(
        connections, value, handshakesPerSecond, handshakeBurst, streams, memoryBytes);
  }

  public PrefixLimits withHandshakeRate(int perSecond, int burst) {
    return new PrefixLimits(connections, maxPending, perSecond, burst, streams, memoryBytes);
  }

  public PrefixLimits withStreams(int value) {
    return new PrefixLimits(
        connections, maxPending, handshakesPerSecond, handshakeBurst, value, memoryBytes);
  }

  public PrefixLimits withMemory(long bytes) {
    return new PrefixLimits(
        connections, maxPending, handshakesPerSecond, handshakeBurst, streams, bytes);
  }
}
