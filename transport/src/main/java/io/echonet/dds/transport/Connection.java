package io.echonet.dds.transport;

import java.util.List;
import reactor.core.publisher.Mono;

/** A secured, multiplexed connection to one peer. Its state lives on one event loop. */
public interface Connection {
  PeerId localPeer();

  /** The peer, as proven by the security handshake. */
  PeerId remotePeer();

  PublicKey remotePublicKey();

  /** Where this end is, without {@code /p2p}. */
  Multiaddr localAddress();

  /** Where the other end is, without {@code /p2p}. */
  Multiaddr remoteAddress();

  /** Whether this end dialled. */
  boolean isInitiator();

  /** As {@link Host#newStream}, on this connection. */
  Mono<Stream> newStream(StreamOptions options, List<String> protocols);

  /** Streams open now in both directions. */
  int openStreams();

  /**
   * Closes gracefully where the peer plays along: open streams are reset, the peer is told, the
   * socket is closed. Idempotent.
   */
  Mono<Void> close();

  /** Completes, always without error, when the connection has gone for whatever reason. */
  Mono<Void> onClose();
}
