package io.echonet.dds.transport.host;

import io.echonet.dds.transport.limits.Bounds;

/**
 * How many connections a host may have, those included whose handshake is under way.
 *
 * @param inAll past it dials fail; at most as many places are given to inbound ones as {@code
 *     inbound} says, so that the rest is kept for this host's own dials
 * @param inbound of those, accepted ones; more are closed before their handshake
 * @param perPeer open to one peer; more are closed after the handshake, which alone can tell. Two
 *     are normal for a moment where both ends have dialled
 */
public record ConnectionLimits(int inAll, int inbound, int perPeer) {
  private static final ConnectionLimits DEFAULTS = new ConnectionLimits(1_024, 768, 4);

  public ConnectionLimits {
    Bounds.requirePositive("connections", inAll);
    Bounds.requireRange("inbound connections", inbound, 0, inAll);
    Bounds.requirePositive("connections of a peer", perPeer);
  }

  public static ConnectionLimits defaults() {
    return DEFAULTS;
  }

  /** As many as {@code connections}, of which {@code inbound} may be accepted ones. */
  public ConnectionLimits withInAll(int connections, int inbound) {
    return new ConnectionLimits(connections, inbound, perPeer);
  }

  public ConnectionLimits withPerPeer(int connections) {
    return new ConnectionLimits(inAll, inbound, connections);
  }
}
