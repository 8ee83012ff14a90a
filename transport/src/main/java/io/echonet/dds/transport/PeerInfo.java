package io.echonet.dds.transport;

import java.util.List;

/**
 * A peer and where it may be reached.
 *
 * @param addresses without a trailing {@code /p2p}; may be empty
 */
public record PeerInfo(PeerId id, List<Multiaddr> addresses) {
  public PeerInfo {
    addresses = List.copyOf(addresses);
  }
}
