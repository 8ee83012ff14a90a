package io.echonet.dds.transport.kad;

import io.echonet.dds.transport.DelimitedMessages;
import io.echonet.dds.transport.LimitExceededException;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamException;
import io.echonet.dds.transport.StreamHandler;
import java.time.Duration;
import java.util.Optional;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Serves the streams that peers open: one request after the other, each answered before the next is
 * read, so that a peer that does not take its answers asks no more.
 */
final class KadServer implements StreamHandler {
  private final Requests requests;
  private final KnownPeers known;
  private final KadCodec codec;
  private final InboundConfig config;
  private final InboundLimits limits;
  private final Scheduler scheduler;
  private volatile boolean serving = true;

  KadServer(
      Requests requests,
      KnownPeers known,
      KadCodec codec,
      InboundConfig config,
      Scheduler scheduler) {
    this.requests = requests;
    this.known = known;
    this.codec = codec;
    this.config = config;
    this.limits = new InboundLimits(config);
    this.scheduler = scheduler;
  }

  /** Streams that are open end at their next request. */
  void stop() {
    serving = false;
  }

  @Override
  public Mono<Void> handle(Stream stream) {
    Contact contact = Contact.of(stream.connection().remotePeer());
    PeerId from = contact.peer();
    return Mono.defer(
        () ->
            limits
                .enter(from, stream::reset, known.now())
                .map(place -> serve(stream, contact, place))
                .orElseGet(() -> Mono.error(tooMany(from))));
  }

  private Mono<Void> serve(Stream stream, Contact from, InboundLimits.Place place) {
    return DelimitedMessages.decode(stream.receive(), config.maxRequestBytes())
        .timeout(config.idle(), Mono.error(() -> idle(from.peer())), scheduler)
        .concatMap(
            bytes -> {
              Duration wait = limits.count(place, known.now());
              Mono<Void> answered =
                  Mono.defer(() -> answer(stream, from, codec.decodeRequest(bytes)));
              return wait.isZero() ? answered : Mono.delay(wait, scheduler).then(answered);
            },
            1)
        .then()
        .doFinally(signal -> limits.leave(place));
  }

  private Mono<Void> answer(Stream stream, Contact from, KadRequest request) {
    if (!serving) {
      return Mono.error(new StreamException("this node serves the DHT no longer"));
    }
    known.onHeard(from);
    Optional<KadResponse> answer = requests.answer(from.peer(), request);
    return Mono.justOrEmpty(answer)
        .map(response -> codec.encode(response, config.maxResponseBytes()))
        .flatMap(bytes -> stream.send(Mono.fromSupplier(() -> DelimitedMessages.encode(bytes))));
  }

  private LimitExceededException tooMany(PeerId from) {
    return new LimitExceededException(
        "more than " + config.maxStreamsPerPeer() + " DHT streams of " + from);
  }

  private StreamException idle(PeerId from) {
    return new StreamException("DHT stream of " + from + " was idle for " + config.idle());
  }
}
