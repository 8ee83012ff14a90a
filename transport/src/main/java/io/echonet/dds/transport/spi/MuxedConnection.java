package io.echonet.dds.transport.spi;

import reactor.core.publisher.Mono;

/** The streams of one secured channel. */
public interface MuxedConnection {
  /**
   * Opens a stream. It may be written to at once; the peer learns of it with the first flight.
   * Waits while too many opened streams are not yet acknowledged by the peer.
   *
   * <p>Errors: {@link io.echonet.dds.transport.LimitExceededException} where this end has too many
   * streams open, {@link io.echonet.dds.transport.ConnectionException} where the connection is
   * closing.
   *
   * @param receiveWindowBytes the window granted with the opening, at least 262,144
   */
  Mono<MuxedStream> open(int receiveWindowBytes);

  int openStreams();

  /** Resets streams, tells the peer, closes the channel. Idempotent. */
  Mono<Void> close();

  /** Completes, never with an error, when the channel has gone. */
  Mono<Void> onClose();
}
