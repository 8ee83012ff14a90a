package io.echonet.dds.transport.identify;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.Multiaddr.Component;
import io.echonet.dds.transport.MultiaddrProtocol;
import io.echonet.dds.transport.PeerId;
import java.util.List;
import java.util.Optional;

/**
 * What one peer's word says about where this host may be reached.
 *
 * @param address where, as others would dial it
 * @param from the address of the peer
 */
record Observation(PeerId peer, Multiaddr from, Multiaddr address) {
  /*
   * What a peer sees is the other end of its connection. Where it has dialled, that is what it dialled: an address
   * by which we are reached, whatever stands between. Where we have, it is the address that our packets come from, with a port that
   * belongs to that connection. If nothing on the way has changed the port, then nothing is likely to change the
   * one we listen on; else it is that of a translator, and says nothing about which port of the
   * translator leads to us.
   */

  /**
   * What {@code seen}, said by the peer at the other end of {@code connection}, tells; empty where
   * that is nothing.
   *
   * @param listening where this host listens, perhaps at all addresses of a family
   */
  static Optional<Observation> of(
      Connection connection, Multiaddr seen, List<Multiaddr> listening) {
    Multiaddr local = connection.localAddress();
    if (!isIpAndPort(seen) || !sameProtocols(seen, local)) {
      return Optional.empty();
    }
    Optional<Multiaddr> listener =
        listening.stream()
            .filter(address -> sameProtocols(address, local) && hears(address, local))
            .filter(address -> connection.isInitiator() || port(address).equals(port(local)))
            .findFirst();
    if (connection.isInitiator() && !port(seen).equals(port(local))) {
      return Optional.empty();
    }
    return listener.map(
        address ->
            new Observation(
                connection.remotePeer(),
                connection.remoteAddress(),
                Multiaddr.of(
                    List.of(
                        seen.components().get(0),
                        (connection.isInitiator() ? address : seen).components().get(1)))));
  }

  private static boolean isIpAndPort(Multiaddr address) {
    return address.components().size() == 2
        && switch (address.components().get(0).protocol()) {
          case IP4, IP6 -> address.components().get(1).protocol() == MultiaddrProtocol.TCP;
          default -> false;
        };
  }

  private static boolean sameProtocols(Multiaddr one, Multiaddr other) {
    return protocols(one).equals(protocols(other));
  }

  private static List<MultiaddrProtocol> protocols(Multiaddr address) {
    return address.components().stream().map(Component::protocol).toList();
  }

  private static Component port(Multiaddr address) {
    return address.components().get(1);
  }

  private static boolean hears(Multiaddr listening, Multiaddr local) {
    String ip = listening.components().get(0).value();
    return ip.equals("0.0.0.0") || ip.equals("::") || ip.equals(local.components().get(0).value());
  }
}
