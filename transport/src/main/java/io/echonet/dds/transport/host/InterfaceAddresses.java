package io.echonet.dds.transport.host;

import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.MultiaddrProtocol;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What "all interfaces" means on this machine, since {@code 0.0.0.0} is nothing to tell others. */
public final class InterfaceAddresses {
  private InterfaceAddresses() {}

  /**
   * {@code address}, or where its IP address is unspecified, one for each address of this machine's
   * interfaces, loopback last. Asks the operating system: not for an event loop.
   */
  public static List<Multiaddr> expand(Multiaddr address) {
    Multiaddr.Component network = address.components().get(0);
    boolean anyIp4 =
        network.protocol() == MultiaddrProtocol.IP4 && network.value().equals("0.0.0.0");
    boolean anyIp6 = network.protocol() == MultiaddrProtocol.IP6 && network.value().equals("::");
    if (!anyIp4 && !anyIp6) {
      return List.of(address);
    }
    return interfaces()
        .filter(candidate -> anyIp4 == candidate instanceof Inet4Address)
        .filter(candidate -> !candidate.isLinkLocalAddress() && !candidate.isMulticastAddress())
        .sorted(Comparator.comparing(InetAddress::isLoopbackAddress))
        .map(candidate -> replaceNetwork(address, network.protocol(), candidate))
        .toList();
  }

  private static Stream<InetAddress> interfaces() {
    try {
      return NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses);
    } catch (SocketException e) {
      return Stream.empty();
    }
  }

  private static Multiaddr replaceNetwork(
      Multiaddr address, MultiaddrProtocol protocol, InetAddress by) {
    List<Multiaddr.Component> components = new ArrayList<>(address.components());
    // Not getHostAddress(), which appends the interface's name to some.
    String ip = NetUtil.bytesToIpAddress(by.getAddress());
    components.set(0, new Multiaddr.Component(protocol, ip));
    return Multiaddr.of(components);
  }
}
