package io.echonet.dds.transport.spi;

import io.netty.buffer.ByteBuf;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One stream of a muxed connection, before a protocol is agreed on it. Its methods promise what
 * those of {@link io.echonet.dds.transport.Stream} promise.
 */
public interface MuxedStream {
  /** The muxer's number of the stream, for messages to people. */
  long id();

  Flux<ByteBuf> receive();

  Mono<Void> send(Publisher<? extends ByteBuf> buffers);

  Mono<Void> closeWrite();

  Mono<Void> close();

  void reset();

  Mono<Void> onClose();
}
