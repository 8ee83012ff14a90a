package io.echonet.dds.transport;

import io.netty.util.NetUtil;
import java.util.List;
import java.util.Optional;

/** What the IP address at the beginning of a multiaddr is. */
public final class IpAddresses {
  /** First byte, second byte, and how many bits of the two count. */
  private static final List<int[]> LOCAL_IP4 =
      List.of(
          new int[] {0, 0, 8},
          new int[] {10, 0, 8},
          new int[] {100, 64, 10},
          new int[] {127, 0, 8},
          new int[] {169, 254, 16},
          new int[] {172, 16, 12},
          new int[] {192, 168, 16},
          new int[] {198, 18, 15},
          new int[] {224, 0, 3});

  private IpAddresses() {}

  /** The bytes of the IP address that {@code address} begins with; empty where it is a name. */
  public static Optional<byte[]> of(Multiaddr address) {
    Optional<String> ip4 = address.value(MultiaddrProtocol.IP4);
    return ip4.or(() -> address.value(MultiaddrProtocol.IP6))
        .map(NetUtil::createByteArrayFromIpAddressString);
  }

  /**
   * Whether the IP address whose bytes these are may be reached across the internet: it is not
   * loopback, private, link-local or multicast.
   */
  public static boolean isPublic(byte[] bytes) {
    int head = (bytes[0] & 0xff) << 8 | (bytes[1] & 0xff);
    if (bytes.length == 4) {
      return LOCAL_IP4.stream().noneMatch(range -> isWithin(head, range));
    }
    // Global unicast (2000::/3) and the translation of IPv4 (64:ff9b::/96); the rest is local,
    // multicast or unassigned.
    return (head & 0xe000) == 0x2000 || head == 0x0064;
  }

  private static boolean isWithin(int head, int[] range) {
    int shift = 16 - range[2];
    return head >>> shift == (range[0] << 8 | range[1]) >>> shift;
  }
}
