package io.echonet.dds.transport;

import java.util.List;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A node of a libp2p network: it listens, dials, and carries streams of named protocols.
 *
 * <p>All methods may be called from any thread. Publishers are cold: work starts on subscription,
 * and cancelling gives up what was asked for alone (a dial that somebody else waits for goes on).
 */
public interface Host {
  /** Who this host is; proven to every peer during the security handshake. */
  PeerId id();

  /** The key pair behind {@link #id()}. */
  Identity identity();

  /** The addresses it really listens on (ports resolved), without {@code /p2p}. */
  List<Multiaddr> listenAddresses();

  /**
   * The addresses it tells others: the configured ones, else those of {@link #listenAddresses()} on
   * this machine's interfaces and those at which enough of its peers see it.
   */
  List<Multiaddr> announcedAddresses();

  /**
   * Begins to listen; completes with the address bound, its port resolved.
   *
   * <p>Errors: {@link ListenException} where the address can't be bound (port in use, no such
   * interface) or no transport understands it.
   */
  Mono<Multiaddr> listen(Multiaddr address);

  /**
   * The open connection to {@code peer}, or a new one by the addresses the {@link PeerStore} knows.
   * Concurrent calls share one dial.
   *
   * <p>Errors: {@link DialException} naming every address tried and why it failed.
   */
  Mono<Connection> connect(PeerId peer);

  /**
   * As {@link #connect(PeerId)}, by this address. Where it ends in {@code /p2p/ID} the peer must
   * prove to be ID, else {@link DialException}; without, whoever answers is accepted.
   */
  Mono<Connection> connect(Multiaddr address);

  /**
   * A new stream to {@code peer}, connecting first where needed. With one protocol given it is
   * proposed in the same flight as the first payload, and a refusal shows as {@link
   * ProtocolNotSupportedException} on the stream; with several, they are proposed in order and the
   * first accepted one is taken.
   */
  Mono<Stream> newStream(PeerId peer, StreamOptions options, String... protocols);

  /**
   * Serves {@code protocol} (an exact protocol id) to peers until the result is disposed of.
   *
   * @throws IllegalStateException where the protocol is served already
   */
  Disposable handle(String protocol, StreamHandler handler);

  /** The protocols served now, sorted. */
  List<String> protocols();

  /** The connections open now, a snapshot. */
  List<Connection> connections();

  /**
   * Keeps connections with {@code peer} from being closed for being idle where there are many,
   * until {@link #unprotect} takes {@code tag} off again. Connections with open streams need no
   * protection. Connected or not; idempotent.
   *
   * @param tag who wants it: as long as one does, the peer is protected
   */
  void protect(PeerId peer, String tag);

  /** Takes back {@link #protect} with the same {@code tag}; does nothing where there was none. */
  void unprotect(PeerId peer, String tag);

  /**
   * What happens to connections and peers from subscription on. Hot; a subscriber that does not
   * keep up misses the oldest events rather than slowing the host.
   */
  Flux<HostEvent> events();

  /** What is known of other peers. */
  PeerStore peerStore();

  /** Stops listening, closes every connection, completes when all is gone. Idempotent. */
  Mono<Void> close();

  /** Completes when the host has closed. */
  Mono<Void> onClose();
}
