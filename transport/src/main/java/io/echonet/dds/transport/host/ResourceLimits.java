package io.echonet.dds.transport.host;

import io.echonet.dds.transport.limits.Bounds;

/**
 * How much of a host others may take up.
 *
 * @param connections how many may be open
 * @param handshakes what may be spent on finding out who is there
 * @param prefix of all that, what may come from one range of public addresses
 * @param localPrefix as {@code prefix}, for the ranges that are not public: loopback, private and
 *     link-local ones. By default as much as in all, since whoever is there is a neighbour, or
 *     everybody behind a proxy
 * @param ip4PrefixBits how many bits of an IPv4 address make a range, 8 to 32
 * @param ip6PrefixBits how many bits of an IPv6 address make a range, 16 to 64; providers hand a
 *     household 56 and a server 64
 * @param streams how many may be served
 * @param memory how much may be buffered for the readers of streams
 */
public record ResourceLimits(
    ConnectionLimits connections,
    HandshakeLimits handshakes,
    PrefixLimits prefix,
    PrefixLimits localPrefix,
    int ip4PrefixBits,
    int ip6PrefixBits,
    StreamLimits streams,
    MemoryLimits memory) {
  private static final ResourceLimits DEFAULTS =
      new ResourceLimits(
          ConnectionLimits.defaults(),
          HandshakeLimits.defaults(),
          PrefixLimits.defaults(),
          PrefixLimits.localDefaults(),
          32,
          56,
          StreamLimits.defaults(),
          MemoryLimits.defaults());

  public ResourceLimits {
    Bounds.requireRange("bits of an IPv4 prefix", ip4PrefixBits, 8, 32);
    Bounds.requireRange("bits of an IPv6 prefix", ip6PrefixBits, 16, 64);
  }

  public static ResourceLimits defaults() {
    return DEFAULTS;
  }

  public ResourceLimits withConnections(ConnectionLimits value) {
    return new ResourceLimits(
        value, handshakes, prefix, localPrefix, ip4PrefixBits, ip6PrefixBits, streams, memory);
  }

  public ResourceLimits withHandshakes(HandshakeLimits value) {
    return new ResourceLimits(
        connections, value, prefix, localPrefix, ip4PrefixBits, ip6PrefixBits, streams, memory);
  }

  public ResourceLimits withPrefix(PrefixLimits value) {
    return new ResourceLimits(
        connections, handshakes, value, localPrefix, ip4PrefixBits, ip6PrefixBits, streams, memory);
  }

  public ResourceLimits withLocalPrefix(PrefixLimits value) {
    return new ResourceLimits(
        connections, handshakes, prefix, value, ip4PrefixBits, ip6PrefixBits, streams, memory);
  }

  public ResourceLimits withPrefixBits(int ip4, int ip6) {
    return new ResourceLimits(
        connections, handshakes, prefix, localPrefix, ip4, ip6, streams, memory);
  }

  public ResourceLimits withStreams(StreamLimits value) {
    return new ResourceLimits(
        connections, handshakes, prefix, localPrefix, ip4PrefixBits, ip6PrefixBits, value, memory);
  }

  public ResourceLimits withMemory(MemoryLimits value) {
    return new ResourceLimits(
        connections, handshakes, prefix, localPrefix, ip4PrefixBits, ip6PrefixBits, streams, value);
  }
}
