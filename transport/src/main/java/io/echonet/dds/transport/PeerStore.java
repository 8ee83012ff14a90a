package io.echonet.dds.transport;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of other peers: addresses that expire, protocols, keys. Bounded in peers and in
 * addresses a peer; the least recently used unprotected peer goes first. Thread-safe, never blocks.
 */
public interface PeerStore {
  /**
   * The addresses of {@code peer} that have not expired, without {@code /p2p}, best known first,
   * those that the peer has signed before others.
   */
  List<Multiaddr> addresses(PeerId peer);

  /** Adds addresses, or extends their life where {@code timeToLive} ends later than before. */
  void addAddresses(PeerId peer, Collection<Multiaddr> addresses, Duration timeToLive);

  /**
   * Adds the addresses that a peer has signed. They come before all others of the peer's, and take
   * the place of those of its record before. A record as old as the one known extends the life of
   * what that one named.
   *
   * @return false where a newer record of the peer's is known, which leaves everything as it is
   */
  boolean addCertified(PeerRecord record, Duration timeToLive);

  /** The protocols the peer said it serves; empty where it has not said. */
  Set<String> protocols(PeerId peer);

  void setProtocols(PeerId peer, Collection<String> protocols);

  Optional<PublicKey> publicKey(PeerId peer);

  void setPublicKey(PeerId peer, PublicKey key);

  /** How the peer names its software, as it said by identify. */
  Optional<String> agentVersion(PeerId peer);

  void setAgentVersion(PeerId peer, String agentVersion);

  /** Peers with anything known, a snapshot. */
  Set<PeerId> peers();

  void forget(PeerId peer);
}
