package io.echonet.dds.transport.tcp;

import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.Multiaddr.Component;
import io.echonet.dds.transport.MultiaddrProtocol;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/** A multiaddr of a TCP endpoint: {@code <ip>/tcp/<port>}, and perhaps the peer behind it. */
record TcpAddress(MultiaddrProtocol network, String host, int port) {
  static Optional<TcpAddress> of(Multiaddr address) {
    List<Component> parts = address.components();
    boolean fits =
        parts.size() == 2
            || (parts.size() == 3 && parts.get(2).protocol() == MultiaddrProtocol.P2P);
    if (!fits || parts.get(1).protocol() != MultiaddrProtocol.TCP) {
      return Optional.empty();
    }
    MultiaddrProtocol network = parts.get(0).protocol();
    return switch (network) {
      case IP4, IP6 ->
          Optional.of(
              new TcpAddress(
                  network, parts.get(0).value(), Integer.parseInt(parts.get(1).value())));
      default -> Optional.empty();
    };
  }

  InetSocketAddress socketAddress() {
    try {
      byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
      return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("a multiaddr's address is checked", e);
    }
  }

  static Multiaddr multiaddr(SocketAddress address) {
    InetSocketAddress socket = (InetSocketAddress) address;
    byte[] bytes = socket.getAddress().getAddress();
    return Multiaddr.of(
        List.of(
            new Component(
                bytes.length == 4 ? MultiaddrProtocol.IP4 : MultiaddrProtocol.IP6,
                NetUtil.bytesToIpAddress(bytes)),
            new Component(MultiaddrProtocol.TCP, Integer.toString(socket.getPort()))));
  }
}
