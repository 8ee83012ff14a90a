package io.echonet.dds.transport.host;

import io.echonet.dds.transport.limits.Bounds;

/**
 * How many streams that peers open a host serves; more are reset. Each may fill its receive window,
 * so that these bound memory, too.
 *
 * @param inAll open at a time, from the first byte to the end of both directions
 * @param perPeer of those, one peer's, on all its connections
 * @param maxNegotiating streams of one connection for which the peer has not said yet what for
 * @param perProtocol being served for one protocol
 * @param perProtocolAndPeer of those, one peer's
 */
public record StreamLimits(
    int inAll, int perPeer, int maxNegotiating, int perProtocol, int perProtocolAndPeer) {
  private static final StreamLimits DEFAULTS = new StreamLimits(8_192, 1_024, 128, 4_096, 512);

  public StreamLimits {
    Bounds.requirePositive("streams", inAll);
    Bounds.requirePositive("streams of a peer", perPeer);
    Bounds.requirePositive("streams without a protocol", maxNegotiating);
    Bounds.requirePositive("streams of a protocol", perProtocol);
    Bounds.requirePositive("streams of a protocol and peer", perProtocolAndPeer);
  }

  public static StreamLimits defaults() {
    return DEFAULTS;
  }

  public StreamLimits withInAll(int streams) {
    return new StreamLimits(streams, perPeer, maxNegotiating, perProtocol, perProtocolAndPeer);
  }

  public StreamLimits withPerPeer(int streams) {
    return new StreamLimits(inAll, streams, maxNegotiating, perProtocol, perProtocolAndPeer);
  }

  public StreamLimits withMaxNegotiating(int streams) {
    return new StreamLimits(inAll, perPeer, streams, perProtocol, perProtocolAndPeer);
  }

  public StreamLimits withPerProtocol(int streams, int ofPeer) {
    return new StreamLimits(inAll, perPeer, maxNegotiating, streams, ofPeer);
  }
}
