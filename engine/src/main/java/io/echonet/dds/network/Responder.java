package io.echonet.dds.network;

import io.netty.buffer.ByteBuf;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Sends the response of one request; completes when the last of it has gone to the socket. */
@FunctionalInterface
interface Responder {
  Mono<Void> send(Flux<ByteBuf> pieces);
}
