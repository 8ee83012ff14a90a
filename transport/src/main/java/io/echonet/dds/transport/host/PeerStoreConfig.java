package io.echonet.dds.transport.host;

import java.time.Duration;

/**
 * The bounds of what a host remembers of others.
 *
 * @param maxPeers peers remembered; past it the least recently used unprotected one is forgotten. A
 *     quarter is kept from peers that proved who they are, for those that are only heard of, which
 *     take no more where the others need theirs
 * @param maxBytes about the memory that all of them take; past it as with {@code maxPeers}
 * @param maxAddressesPerPeer addresses kept for a peer; past it the worst known are dropped
 * @param maxProtocolsPerPeer protocols kept for a peer; what is beyond is ignored
 * @param maxTextLength characters kept of an agent version and allowed in a protocol id
 * @param maxBytesPerPeer about the memory that one peer takes: a quarter each for addresses,
 *     protocols, signed record and key
 * @param maxAddressLife how long an address is kept at most without being confirmed; one that was
 *     dialled is kept as long. Long enough to find the network again after some days off
 * @param scoreHalfLife after what time a success or failure counts half
 */
public record PeerStoreConfig(
    int maxPeers,
    long maxBytes,
    int maxAddressesPerPeer,
    int maxProtocolsPerPeer,
    int maxTextLength,
    int maxBytesPerPeer,
    Duration maxAddressLife,
    Duration scoreHalfLife) {
  private static final PeerStoreConfig DEFAULTS =
      new PeerStoreConfig(
          10_000,
          32L * 1024 * 1024,
          16,
          128,
          256,
          32 * 1024,
          Duration.ofDays(7),
          Duration.ofHours(6));

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
    if (maxBytesPerPeer < 4 * 1024 || maxBytes < maxBytesPerPeer) {
      throw new IllegalArgumentException(
          maxBytesPerPeer + " bytes a peer of " + maxBytes + " in all are below 4096, or above");
    }
    if (maxAddressLife.toMillis() < 1 || scoreHalfLife.toMillis() < 1) {
      throw new IllegalArgumentException(
          "life of addresses " + maxAddressLife + ", half-life of scores " + scoreHalfLife);
    }
  }

  public static PeerStoreConfig defaults() {
    return DEFAULTS;
  }

  public PeerStoreConfig withMaxPeers(int peers) {
    return new PeerStoreConfig(
        peers,
        maxBytes,
        maxAddressesPerPeer,
        maxProtocolsPerPeer,
        maxTextLength,
        maxBytesPerPeer,
        maxAddressLife,
        scoreHalfLife);
  }

  public PeerStoreConfig withMaxBytes(long bytes) {
    return new PeerStoreConfig(
        maxPeers,
        bytes,
        maxAddressesPerPeer,
        maxProtocolsPerPeer,
        maxTextLength,
        maxBytesPerPeer,
        maxAddressLife,
        scoreHalfLife);
  }

  public PeerStoreConfig withMaxAddressesPerPeer(int addresses) {
    return new PeerStoreConfig(
        maxPeers,
        maxBytes,
        addresses,
        maxProtocolsPerPeer,
        maxTextLength,
        maxBytesPerPeer,
        maxAddressLife,
        scoreHalfLife);
  }

  public PeerStoreConfig withMaxProtocolsPerPeer(int protocols) {
    return new PeerStoreConfig(
        maxPeers,
        maxBytes,
        maxAddressesPerPeer,
        protocols,
        maxTextLength,
        maxBytesPerPeer,
        maxAddressLife,
        scoreHalfLife);
  }

  public PeerStoreConfig withMaxBytesPerPeer(int bytes) {
    return new PeerStoreConfig(
        maxPeers,
        maxBytes,
        maxAddressesPerPeer,
        maxProtocolsPerPeer,
        maxTextLength,
        bytes,
        maxAddressLife,
        scoreHalfLife);
  }
}
