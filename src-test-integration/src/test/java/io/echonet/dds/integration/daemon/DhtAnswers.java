package io.echonet.dds.integration.daemon;

import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.kad.KademliaDht;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Answers the questions to the DHT. */
final class DhtAnswers {
  private final @Nullable KademliaDht dht;

  DhtAnswers(@Nullable KademliaDht dht) {
    this.dht = dht;
  }

  /** The messages that answer {@code request}. */
  Flux<byte[]> to(ControlRequest request) {
    KademliaDht asked = dht;
    if (asked == null) {
      return Flux.error(new IllegalStateException("started without --dht"));
    }
    return switch (request.subtype()) {
      case ControlRequest.DHT_FIND_PEER ->
          found(asked.findPeer(request.peerId()).map(ControlResponse::peer), "peer");
      case ControlRequest.DHT_FIND_PROVIDERS ->
          search(
              asked
                  .findProviders(request.cidHash(), Math.max(1, request.count()))
                  .map(ControlResponse::found));
      case ControlRequest.DHT_CLOSEST_PEERS ->
          search(
              asked
                  .closestPeers(Multihash.decode(request.key().toByteArray()))
                  .map(peer -> ControlResponse.found(peer.id())));
      case ControlRequest.DHT_PROVIDE ->
          asked.provide(request.cidHash()).map(peers -> ControlResponse.ok()).flux();
      case ControlRequest.DHT_GET_VALUE ->
          found(asked.getValue(request.key().toByteArray()).map(ControlResponse::value), "value");
      case ControlRequest.DHT_PUT_VALUE ->
          asked
              .putValue(request.key().toByteArray(), request.value().toByteArray())
              .then(Mono.fromSupplier(ControlResponse::ok))
              .flux();
      default -> Flux.error(new IllegalArgumentException("DHT request " + request.subtype()));
    };
  }

  private static Flux<byte[]> found(Mono<byte[]> answer, String what) {
    return answer
        .switchIfEmpty(Mono.error(() -> new NoSuchElementException(what + " not found")))
        .flux();
  }

  private static Flux<byte[]> search(Flux<byte[]> answers) {
    return Flux.concat(
        Mono.fromSupplier(ControlResponse::begin),
        answers,
        Mono.fromSupplier(ControlResponse::end));
  }
}
