package io.echonet.dds.transport.ping;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.LimitExceededException;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerStore;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamException;
import io.echonet.dds.transport.StreamHandler;
import io.echonet.dds.transport.StreamOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Measures how long peers take to answer, and answers them. */
public final class Ping {
  /** The protocol id. */
  public static final String PROTOCOL = "/ipfs/ping/1.0.0";

  /** What is sent, and has to come back. */
  static final int PAYLOAD_BYTES = 32;

  private final PingConfig config;
  private final PeerStore store;
  private final Scheduler timer;
  private final Random random;
  private final LongSupplier nanoTime;
  private final Map<PeerId, Integer> answering = new ConcurrentHashMap<>();

  /**
   * Pings and answers within {@code config}.
   *
   * @param store is told how long peers take
   * @param timer ends what takes too long
   * @param random where the payloads come from
   * @param nanoTime what measures, such as {@code System::nanoTime}
   */
  public Ping(
      PingConfig config, PeerStore store, Scheduler timer, Random random, LongSupplier nanoTime) {
    this.config = config;
    this.store = store;
    this.timer = timer;
    this.random = random;
    this.nanoTime = nanoTime;
  }

  /**
   * Echoes what a peer sends, as fast as it reads the answers, until the peer half-closes; then
   * what is left is echoed and the stream closed. Where a peer says nothing for the idle timeout,
   * or has more streams than it may, the stream is reset.
   */
  public StreamHandler responder() {
    return stream -> {
      PeerId peer = stream.connection().remotePeer();
      return Mono.usingWhen(
          Mono.fromCallable(() -> admit(peer)),
          admitted -> echo(stream),
          admitted -> Mono.fromRunnable(() -> leave(peer)));
    };
  }

  private Mono<Void> echo(Stream stream) {
    return stream.send(stream.receive().timeout(config.idleTimeout(), timer));
  }

  private PeerId admit(PeerId peer) {
    int streams = answering.merge(peer, 1, Integer::sum);
    if (streams > config.maxInboundPerPeer()) {
      leave(peer);
      throw new LimitExceededException(
          "ping streams of " + peer + ": " + streams + " exceed " + config.maxInboundPerPeer());
    }
    return peer;
  }

  private void leave(PeerId peer) {
    answering.computeIfPresent(peer, (key, streams) -> streams == 1 ? null : streams - 1);
  }

  /**
   * The time to the peer and back, once.
   *
   * <p>Errors: {@link StreamException} where the answer is late or wrong, {@link
   * io.echonet.dds.transport.ProtocolNotSupportedException} where the peer does not answer pings.
   */
  public Mono<Duration> once(Connection connection) {
    return repeatedly(connection, Duration.ZERO).next();
  }

  /**
   * The time to the peer and back, again and again on one stream, a ping following the answer
   * before it after {@code pause} and when asked for. Cancelling closes the stream. Errors as
   * {@link #once}. A peer accepts few ping streams at a time: subscribe once a peer.
   */
  public Flux<Duration> repeatedly(Connection connection, Duration pause) {
    return Flux.usingWhen(
            connection.newStream(StreamOptions.defaults(), List.of(PROTOCOL)),
            stream ->
                new PingExchange(stream, config.timeout(), timer, random, nanoTime).measure(pause),
            Stream::close,
            (stream, failure) -> Mono.fromRunnable(stream::reset),
            Stream::close)
        .doOnNext(roundTrip -> store.addRoundTrip(connection.remotePeer(), roundTrip));
  }
}
