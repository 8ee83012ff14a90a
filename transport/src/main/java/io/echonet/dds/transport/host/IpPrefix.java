package io.echonet.dds.transport.host;

import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.MultiaddrProtocol;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A range of IP addresses that one owner is likely to have all of.
 *
 * @param isLocal whether it is of loopback, private or link-local addresses
 * @param bits the first ones of the address, the others being 0: 32 of IPv4, 64 of IPv6
 */
record IpPrefix(boolean isLocal, boolean isIp6, long bits) {
  /** Of a connection without an IP address, which hence has not come from afar. */
  private static final IpPrefix NONE = new IpPrefix(true, false, 0);

  private static final int IP4_IN_IP6 = 12;
  private static final long NAT64 = 0x0064_ff9b_0000_0000L;

  static IpPrefix of(Multiaddr address, int ip4Bits, int ip6Bits) {
    return address
        .value(MultiaddrProtocol.IP4)
        .or(() -> address.value(MultiaddrProtocol.IP6))
        .map(NetUtil::createByteArrayFromIpAddressString)
        .map(ip -> of(ip, ip4Bits, ip6Bits))
        .orElse(NONE);
  }

  private static IpPrefix of(byte[] ip, int ip4Bits, int ip6Bits) {
    long head = bigEndian(ip, 0, Math.min(ip.length, Long.BYTES));
    if (ip.length == 4) {
      return new IpPrefix(isLocal(ip), false, head & (-1L << (32 - ip4Bits)));
    }
    // Both kinds of IPv6 address stand for all of IPv4: what counts is the IPv4 address in them.
    boolean mapped = head == 0 && bigEndian(ip, 8, 4) == 0xffff;
    if (mapped || (head == NAT64 && bigEndian(ip, 8, 4) == 0)) {
      byte[] ip4 = {ip[IP4_IN_IP6], ip[IP4_IN_IP6 + 1], ip[IP4_IN_IP6 + 2], ip[IP4_IN_IP6 + 3]};
      return of(ip4, ip4Bits, ip6Bits);
    }
    return new IpPrefix(isLocal(ip), true, head & (-1L << (64 - ip6Bits)));
  }

  private static long bigEndian(byte[] bytes, int from, int count) {
    long value = 0;
    for (int i = from; i < from + count; i++) {
      value = value << 8 | (bytes[i] & 0xff);
    }
    return value;
  }

  private static boolean isLocal(byte[] ip) {
    boolean uniqueLocal = ip.length == 16 && (ip[0] & 0xfe) == 0xfc;
    boolean sharedByCarrier = ip.length == 4 && ip[0] == 100 && (ip[1] & 0xc0) == 64;
    try {
      InetAddress address = InetAddress.getByAddress(ip);
      return uniqueLocal
          || sharedByCarrier
          || address.isLoopbackAddress()
          || address.isSiteLocalAddress()
          || address.isLinkLocalAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("an IP address of " + ip.length + " bytes", e);
    }
  }
}
