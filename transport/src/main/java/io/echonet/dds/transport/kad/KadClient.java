package io.echonet.dds.transport.kad;

import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.multiformats.Varint;
import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.DelimitedMessages;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamException;
import io.echonet.dds.transport.StreamOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Asks single peers: opens a stream, sends, reads the answer, closes. */
final class KadClient {
  /*
   * The stream is not half-closed before the answer is there: deployed JavaScript peers look at whether the other side
   * has closed before they look at what it sent.
   */

  /**
   * Announcements are packed into buffers of about this size, so that a slice of them takes few
   * frames.
   */
  private static final int PACK_BYTES = 16 * 1024;

  private final Host host;
  private final KadConfig config;
  private final KadCodec codec;
  private final Scheduler scheduler;
  private final Consumer<Connection> onAnswer;

  /**
   * @param onAnswer told the connection of every answer that is one to what was asked
   */
  KadClient(
      Host host,
      KadConfig config,
      KadCodec codec,
      Scheduler scheduler,
      Consumer<Connection> onAnswer) {
    this.host = host;
    this.config = config;
    this.codec = codec;
    this.scheduler = scheduler;
    this.onAnswer = onAnswer;
  }

  /**
   * What {@code peer} answers to {@code request}. Cancelling resets the stream.
   *
   * <p>Errors: whatever dialling it may fail with, and {@link StreamException} where it refuses,
   * falls silent for the query timeout, or answers something else.
   */
  Mono<KadResponse> ask(PeerId peer, KadRequest request) {
    Flux<ByteBuf> bytes =
        Flux.defer(() -> Flux.just(DelimitedMessages.encode(codec.encode(request))));
    return exchange(peer, bytes, request.type(), config.walks().queryTimeout());
  }

  /**
   * Tells {@code peer} that {@code self} provides all of {@code keys}; completes when the peer has
   * taken them.
   *
   * <p>An announcement is not answered, so a request that is follows the last one: requests of a
   * stream are served in order, and a peer that refuses one resets the stream.
   */
  Mono<Void> announce(PeerId peer, List<Multihash> keys, PeerInfo self) {
    Flux<ByteBuf> bytes = Flux.defer(() -> pack(keys, self));
    return exchange(peer, bytes, KadMessageType.FIND_NODE, config.announcing().timeout()).then();
  }

  private Flux<ByteBuf> pack(List<Multihash> keys, PeerInfo self) {
    Flux<byte[]> announcements =
        Flux.fromIterable(keys).map(key -> codec.encode(KadRequest.AddProvider.of(key, self)));
    byte[] last = codec.encode(KadRequest.FindNode.of(self.id()));
    int[] packed = {0};
    return announcements
        .concatWithValues(last)
        .bufferUntil(
            message -> {
              packed[0] += message.length;
              boolean full = packed[0] >= PACK_BYTES;
              packed[0] = full ? 0 : packed[0];
              return full;
            })
        .map(KadClient::join);
  }

  private static ByteBuf join(List<byte[]> messages) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream(2 * PACK_BYTES);
    for (byte[] message : messages) {
      joined.writeBytes(Varint.encode(message.length));
      joined.writeBytes(message);
    }
    return Unpooled.wrappedBuffer(joined.toByteArray());
  }

  private Mono<KadResponse> exchange(
      PeerId peer, Flux<ByteBuf> requests, KadMessageType expected, Duration timeout) {
    return Mono.usingWhen(
            host.newStream(peer, StreamOptions.defaults(), config.protocol()),
            stream ->
                stream
                    .send(requests)
                    .then(answer(stream, expected))
                    .doOnNext(response -> onAnswer.accept(stream.connection())),
            stream -> stream.close().onErrorComplete(),
            (stream, failure) -> Mono.fromRunnable(stream::reset),
            stream -> Mono.fromRunnable(stream::reset))
        .timeout(timeout, Mono.error(() -> late(peer, timeout)), scheduler);
  }

  private Mono<KadResponse> answer(Stream stream, KadMessageType expected) {
    return DelimitedMessages.decode(stream.receive(), config.walks().maxResponseBytes())
        .next()
        .switchIfEmpty(Mono.error(() -> new StreamException("stream ended without an answer")))
        .map(
            bytes -> {
              KadResponse response = codec.decodeResponse(bytes);
              if (response.type() != expected) {
                throw new StreamException(
                    "answer of type " + response.type() + " to a request of " + expected);
              }
              return response;
            });
  }

  private StreamException late(PeerId peer, Duration timeout) {
    return new StreamException(peer + " did not answer within " + timeout);
  }
}
