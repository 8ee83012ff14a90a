package io.echonet.dds.transport.limits;

import io.echonet.dds.transport.IpAddresses;
import io.echonet.dds.transport.Multiaddr;

/**
 * A range of IP addresses that one owner is likely to have all of. An address that stands for an
 * IPv4 address, as IPv6 knows two kinds of, is in the range of that.
 *
 * @param isLocal whether it is of loopback, private, link-local or other addresses that are not
 *     reached across the internet
 * @param high the first 64 bits of the address, those beyond the prefix being 0; of IPv4 all
 * @param low the others, likewise
 */
public record IpPrefix(boolean isLocal, boolean isIp6, long high, long low) {
  /** Of a connection without an IP address, which hence has not come from afar. */
  private static final IpPrefix NONE = new IpPrefix(true, false, 0, 0);

  private static final int IP4_IN_IP6 = 12;
  private static final long NAT64 = 0x0064_ff9b_0000_0000L;

  /** The range of {@code address}; one and the same for all that are not IP addresses. */
  public static IpPrefix of(Multiaddr address, int ip4Bits, int ip6Bits) {
    return IpAddresses.of(address).map(ip -> of(ip, ip4Bits, ip6Bits)).orElse(NONE);
  }

  /**
   * The range of an address of 4 or 16 bytes.
   *
   * @param ip4Bits how many bits of an IPv4 address count, 1 to 32
   * @param ip6Bits how many bits of an IPv6 address count, 1 to 128
   */
  public static IpPrefix of(byte[] ip, int ip4Bits, int ip6Bits) {
    if (ip.length == 4) {
      return new IpPrefix(isLocal(ip), false, first(ip4Bits, bigEndian(ip, 0, 4) << 32), 0);
    }
    long high = bigEndian(ip, 0, 8);
    boolean mapped = high == 0 && bigEndian(ip, 8, 4) == 0xffff;
    if (mapped || (high == NAT64 && bigEndian(ip, 8, 4) == 0)) {
      byte[] ip4 = {ip[IP4_IN_IP6], ip[IP4_IN_IP6 + 1], ip[IP4_IN_IP6 + 2], ip[IP4_IN_IP6 + 3]};
      return of(ip4, ip4Bits, ip6Bits);
    }
    long low = bigEndian(ip, 8, 8);
    return new IpPrefix(
        isLocal(ip), true, first(Math.min(64, ip6Bits), high), first(ip6Bits - 64, low));
  }

  private static boolean isLocal(byte[] ip) {
    return !IpAddresses.isPublic(ip);
  }

  private static long first(int bits, long of) {
    return bits <= 0 ? 0 : of & (-1L << (64 - bits));
  }

  private static long bigEndian(byte[] bytes, int from, int count) {
    long value = 0;
    for (int i = from; i < from + count; i++) {
      value = value << 8 | (bytes[i] & 0xff);
    }
    return value;
  }
}
