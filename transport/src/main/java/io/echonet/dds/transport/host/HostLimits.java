package io.echonet.dds.transport.host;

/**
 * How much of a host others may take up.
 *
 * @param maxConnections open in all; past it inbound ones are closed before their handshake, and
 *     dials fail
 * @param maxConnectionsPerPeer open to one peer; two are normal where both ends dialled
 * @param maxPendingInbound accepted connections whose handshake is not done; more are closed at
 *     once
 * @param maxPendingInboundPerAddress of those, from one IP address
 * @param maxNegotiatingStreams streams of one connection that the peer has opened without having
 *     said for what; more are reset
 * @param maxInboundStreamsPerProtocol streams being served for one protocol; more are reset
 * @param maxInboundStreamsPerPeer of those, for one peer
 */
public record HostLimits(
    int maxConnections,
    int maxConnectionsPerPeer,
    int maxPendingInbound,
    int maxPendingInboundPerAddress,
    int maxNegotiatingStreams,
    int maxInboundStreamsPerProtocol,
    int maxInboundStreamsPerPeer) {
  private static final HostLimits DEFAULTS = new HostLimits(1_024, 4, 256, 64, 128, 4_096, 512);

  public HostLimits {
    if (maxConnections < 1
        || maxConnectionsPerPeer < 1
        || maxPendingInbound < 1
        || maxPendingInboundPerAddress < 1
        || maxNegotiatingStreams < 1
        || maxInboundStreamsPerProtocol < 1
        || maxInboundStreamsPerPeer < 1) {
      throw new IllegalArgumentException("host limits must be positive");
    }
  }

  public static HostLimits defaults() {
    return DEFAULTS;
  }

  public HostLimits withMaxConnections(int connections) {
    return new HostLimits(
        connections,
        maxConnectionsPerPeer,
        maxPendingInbound,
        maxPendingInboundPerAddress,
        maxNegotiatingStreams,
        maxInboundStreamsPerProtocol,
        maxInboundStreamsPerPeer);
  }

  public HostLimits withMaxConnectionsPerPeer(int connections) {
    return new HostLimits(
        maxConnections,
        connections,
        maxPendingInbound,
        maxPendingInboundPerAddress,
        maxNegotiatingStreams,
        maxInboundStreamsPerProtocol,
        maxInboundStreamsPerPeer);
  }

  public HostLimits withMaxPendingInbound(int inAll, int perAddress) {
    return new HostLimits(
        maxConnections,
        maxConnectionsPerPeer,
        inAll,
        perAddress,
        maxNegotiatingStreams,
        maxInboundStreamsPerProtocol,
        maxInboundStreamsPerPeer);
  }

  public HostLimits withMaxNegotiatingStreams(int streams) {
    return new HostLimits(
        maxConnections,
        maxConnectionsPerPeer,
        maxPendingInbound,
        maxPendingInboundPerAddress,
        streams,
        maxInboundStreamsPerProtocol,
        maxInboundStreamsPerPeer);
  }

  public HostLimits withMaxInboundStreams(int perProtocol, int perPeer) {
    return new HostLimits(
        maxConnections,
        maxConnectionsPerPeer,
        maxPendingInbound,
        maxPendingInboundPerAddress,
        maxNegotiatingStreams,
        perProtocol,
        perPeer);
  }
}
