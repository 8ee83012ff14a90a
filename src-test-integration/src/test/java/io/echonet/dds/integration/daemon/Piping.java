package io.echonet.dds.integration.daemon;

import io.echonet.dds.transport.Stream;
import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.DuplexChannel;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;

/** Joins a stream and a socket: what one receives the other sends, until both have ended. */
final class Piping {
  private Piping() {}

  /**
   * @param fromSocket what is left to be read of the socket, each buffer given away
   */
  static Mono<Void> join(Stream stream, Connection socket, Flux<ByteBuf> fromSocket) {
    Mono<Void> toStream = stream.send(fromSocket).then(stream.closeWrite());
    Mono<Void> toSocket =
        socket
            .outbound()
            .send(stream.receive(), each -> true)
            .then()
            .then(Mono.fromRunnable(() -> finish(socket)));
    return Mono.whenDelayError(toStream, toSocket)
        .doOnError(failure -> stream.reset())
        .doOnCancel(stream::reset)
        .onErrorComplete();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // A socket that is gone needs no half-close.
  private static void finish(Connection socket) {
    if (socket.channel() instanceof DuplexChannel duplex) {
      duplex.shutdownOutput();
    }
  }
}
