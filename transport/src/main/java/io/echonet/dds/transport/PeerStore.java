package io.echonet.dds.transport;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of other peers: addresses that expire, protocols, keys, how fast and how well it
 * answers. Bounded in peers, in addresses a peer and in bytes; the least recently used unprotected
 * peer goes first, and a peer that is only {@link AddressSource#HEARD} of never displaces another.
 * Thread-safe, never blocks.
 */
public interface PeerStore {
  /**
   * The addresses of {@code peer} that have not expired, without {@code /p2p}, best first: in the
   * order of their {@link AddressSource}, and of one source those that live longest.
   */
  List<Multiaddr> addresses(PeerId peer);

  /**
   * Adds addresses that {@code source} vouches for, or extends their life where {@code timeToLive}
   * ends later than what that source gave them before. Where there are too many, those that come
   * last in {@link #addresses} go.
   *
   * @throws IllegalArgumentException where the source is {@link AddressSource#CERTIFIED}, which
   *     takes {@link #addCertified}
   */
  void addAddresses(
      PeerId peer, Collection<Multiaddr> addresses, AddressSource source, Duration timeToLive);

  /** Adds addresses that are {@linkplain AddressSource#HEARD hearsay}. */
  default void addAddresses(PeerId peer, Collection<Multiaddr> addresses, Duration timeToLive) {
    addAddresses(peer, addresses, AddressSource.HEARD, timeToLive);
  }

  /**
   * Adds the addresses that a peer has signed, in place of those of its record before and of those
   * it had said without a signature. A record as old as the one known extends the life of what that
   * one named.
   *
   * @return false where a newer record of the peer's is known, which leaves everything as it is
   */
  boolean addCertified(SignedPeerRecord signed, Duration timeToLive);

  /**
   * Extends the life of the live addresses that the peer itself has said or signed to {@code
   * timeToLive} from now, as is right while it is connected and says nothing else.
   */
  void renewAddresses(PeerId peer, Duration timeToLive);

  /** The protocols the peer said it serves; empty where it has not said. */
  Set<String> protocols(PeerId peer);

  void setProtocols(PeerId peer, Collection<String> protocols);

  Optional<PublicKey> publicKey(PeerId peer);

  void setPublicKey(PeerId peer, PublicKey key);

  /** How the peer names its software, as it said by identify. */
  Optional<String> agentVersion(PeerId peer);

  void setAgentVersion(PeerId peer, String agentVersion);

  /**
   * How long an exchange with the peer takes, there and back: smoothed over those of late. Empty
   * where none was measured.
   */
  Optional<Duration> latency(PeerId peer);

  /** An exchange with {@code peer} took {@code roundTrip}; each counts for an eighth. */
  void addRoundTrip(PeerId peer, Duration roundTrip);

  /**
   * How well dials and streams to {@code peer} go of late: the share of those that succeed, from 0
   * to 1, and one half where nothing is known. What happened long ago counts less: half as much
   * every few hours.
   */
  double score(PeerId peer);

  /** A dial or a stream to {@code peer} succeeded. */
  void addSuccess(PeerId peer);

  /**
   * A dial or a stream to {@code peer} failed; of no account where nothing is known of the peer.
   */
  void addFailure(PeerId peer);

  /** Peers with anything known, a snapshot. */
  Set<PeerId> peers();

  void forget(PeerId peer);
}
