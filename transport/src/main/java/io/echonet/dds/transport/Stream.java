package io.echonet.dds.transport;

import io.netty.buffer.ByteBuf;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * An ordered, reliable duplex of bytes to one peer, one of many on its {@link Connection}. Each
 * direction is backpressured on its own.
 *
 * <p>Methods may be called from any thread; signals arrive on the connection's event loop, which
 * must not be blocked.
 */
public interface Stream {
  Connection connection();

  /** The protocol agreed, or the one proposed while the peer's answer is still under way. */
  String protocol();

  /** Whether this end opened it. */
  boolean isInitiator();

  /**
   * The bytes that arrive, cut as they come; completes at the peer's half-close.
   *
   * <p>One subscriber. Every buffer is given to the subscriber, who releases it. Demand counts
   * buffers, and a buffer's bytes are granted to the peer anew only when it is handed to the
   * subscriber: a reader that stops requesting costs at most the receive window. Cancelling
   * discards what has arrived and what still comes, without granting more; it does not reset the
   * stream.
   *
   * <p>Errors: {@link StreamResetException} where either end reset, {@link ConnectionException}
   * where the connection died, {@link ProtocolNotSupportedException} where the peer refuses the
   * protocol.
   */
  Flux<ByteBuf> receive();

  /**
   * Sends buffers in order, each being given away; completes when the last has been handed to the
   * socket's buffers within the peer's window. Takes from the publisher only as window and socket
   * allow. Several sends follow one another in the order of subscription. Cancelling stops taking;
   * what was taken may still be sent, so a cancelled send usually wants {@link #reset()}.
   *
   * <p>Errors: as {@link #receive()}; also {@link StreamException} after {@link #closeWrite()}. The
   * publisher's own error is passed on and resets the stream.
   */
  Mono<Void> send(Publisher<? extends ByteBuf> buffers);

  /**
   * Half-close: tells the peer that nothing more is sent. Idempotent. Follows the sends before it.
   */
  Mono<Void> closeWrite();

  /**
   * Done with it: half-closes and discards whatever still arrives. The stream is reset where the
   * peer has not closed its side within the configured time. Completes at once after the half-close
   * is sent.
   */
  Mono<Void> close();

  /** Ends both directions at once and tells the peer; what is queued is discarded. Idempotent. */
  void reset();

  /** Completes, always without error, when both directions have ended for whatever reason. */
  Mono<Void> onClose();
}
