package io.echonet.dds.transport.ping;

import java.time.Duration;

/**
 * The bounds of pinging.
 *
 * @param timeout for the answer to one ping
 * @param idleTimeout how long a peer that pings may be silent before its stream is closed
 * @param maxInboundPerPeer streams a peer may have its pings answered on; the specification asks
 *     for 2
 */
public record PingConfig(Duration timeout, Duration idleTimeout, int maxInboundPerPeer) {
  private static final PingConfig DEFAULTS =
      new PingConfig(Duration.ofSeconds(10), Duration.ofSeconds(60), 2);

  public PingConfig {
    if (timeout.isNegative() || timeout.isZero() || idleTimeout.isNegative()) {
      throw new IllegalArgumentException(
          "ping timeouts " + timeout + " and " + idleTimeout + " must be positive");
    }
    if (maxInboundPerPeer < 1) {
      throw new IllegalArgumentException(maxInboundPerPeer + " ping streams a peer");
    }
  }

  public static PingConfig defaults() {
    return DEFAULTS;
  }

  public PingConfig withTimeout(Duration newTimeout) {
    return new PingConfig(newTimeout, idleTimeout, maxInboundPerPeer);
  }

  public PingConfig withIdleTimeout(Duration newTimeout) {
    return new PingConfig(timeout, newTimeout, maxInboundPerPeer);
  }
}
