package io.echonet.dds.transport.kad;

import io.echonet.dds.transport.IpAddresses;
import io.echonet.dds.transport.Multiaddr;
import java.util.Arrays;
import java.util.Optional;

/**
 * A range of public addresses that one owner is likely to have all of: a /16 of IPv4, a /32 of
 * IPv6. Loopback and private addresses are in none, for there everybody is a neighbour.
 *
 * @param prefix the first 16 bits of an IPv4 address, or the first 32 of an IPv6 address
 */
record IpGroup(boolean isIp6, int prefix) {
  private static final int NAT64 = 0x0064ff9b;

  /** The group of {@code address}; empty where that is not public, or a name. */
  static Optional<IpGroup> of(Multiaddr address) {
    return IpAddresses.of(address).filter(IpAddresses::isPublic).map(IpGroup::of);
  }

  private static IpGroup of(byte[] ip) {
    if (ip.length == 4) {
      return new IpGroup(false, head(ip) >>> 16);
    }
    int prefix = head(ip);
    // Behind a translator all of IPv4 has one prefix: the address proper is the last four bytes.
    return prefix == NAT64 ? of(Arrays.copyOfRange(ip, 12, 16)) : new IpGroup(true, prefix);
  }

  private static int head(byte[] ip) {
    return (ip[0] & 0xff) << 24 | (ip[1] & 0xff) << 16 | (ip[2] & 0xff) << 8 | (ip[3] & 0xff);
  }
}
