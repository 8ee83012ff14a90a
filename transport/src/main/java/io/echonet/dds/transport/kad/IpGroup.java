package io.echonet.dds.transport.kad;

import io.echonet.dds.transport.IpAddresses;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.limits.IpPrefix;
import java.util.Optional;

/**
 * A range of public addresses that one owner is likely to have all of: a /16 of IPv4, a /32 of
 * IPv6. Loopback and private addresses are in none, for there everybody is a neighbour.
 *
 * @param prefix the first 16 bits of an IPv4 address, or the first 32 of an IPv6 address
 */
record IpGroup(boolean isIp6, int prefix) {
  private static final int IP4_BITS = 16;
  private static final int IP6_BITS = 32;

  /** The group of {@code address}; empty where that is not public, or a name. */
  static Optional<IpGroup> of(Multiaddr address) {
    return IpAddresses.of(address).filter(IpAddresses::isPublic).map(IpGroup::of);
  }

  private static IpGroup of(byte[] ip) {
    IpPrefix range = IpPrefix.of(ip, IP4_BITS, IP6_BITS);
    int bits = range.isIp6() ? IP6_BITS : IP4_BITS;
    return new IpGroup(range.isIp6(), (int) (range.high() >>> (Long.SIZE - bits)));
  }
}
