package io.echonet.dds.transport.host;

/**
 * The bounds of what a host remembers of others.
 *
 * @param maxPeers peers remembered; past it the least recently used unprotected one is forgotten
 * @param maxAddressesPerPeer addresses kept for a peer; past it those that expire first are dropped
 * @param maxProtocolsPerPeer protocols kept for a peer; what is beyond is ignored
 * @param maxTextLength characters kept of an agent version and allowed in a protocol id
 */
public record PeerStoreConfig(
    int maxPeers, int maxAddressesPerPeer, int maxProtocolsPerPeer, int maxTextLength) {
  private static final PeerStoreConfig DEFAULTS = new PeerStoreConfig(10_000, 16, 128, 256);

  public PeerStoreConfig {
    if (maxPeers < 1 || maxAddressesPerPeer < 1 || maxProtocolsPerPeer < 1 || maxTextLength < 1) {
      throw new IllegalArgumentException(
          "peer store bounds must be positive: "
              + maxPeers
              + " peers, "
              + maxAddressesPerPeer
              + " addresses, "
              + maxProtocolsPerPeer
              + " protocols, "
              + maxTextLength
              + " characters");
    }
  }

  public static PeerStoreConfig defaults() {
    return DEFAULTS;
  }

  public PeerStoreConfig withMaxPeers(int peers) {
    return new PeerStoreConfig(peers, maxAddressesPerPeer, maxProtocolsPerPeer, maxTextLength);
  }

  public PeerStoreConfig withMaxAddressesPerPeer(int addresses) {
    return new PeerStoreConfig(maxPeers, addresses, maxProtocolsPerPeer, maxTextLength);
  }

  public PeerStoreConfig withMaxProtocolsPerPeer(int protocols) {
    return new PeerStoreConfig(maxPeers, maxAddressesPerPeer, protocols, maxTextLength);
  }
}
