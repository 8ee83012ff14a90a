package io.echonet.dds.network;

import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.network.MessageReader.Progress;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.ProtocolNotSupportedException;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamException;
import io.echonet.dds.transport.StreamOptions;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;

/** The asking side of PROTOCOL section 2: one request and its response on a stream of their own. */
final class Exchange {
  /**
   * What a stream carries besides the response: its length, and the negotiation of the protocol.
   */
  private static final int WINDOW_SLACK_BYTES = 1024;

  private static final ByteBudget UNLIMITED = new ByteBudget(Long.MAX_VALUE);

  private final Host host;
  private final NetworkConfig config;
  private final Scheduler timer;

  Exchange(Host host, NetworkConfig config, Scheduler timer) {
    this.host = host;
    this.config = config;
    this.timer = timer;
  }

  /**
   * Asks {@code peer} and answers with the response's bytes, an array of their own, on the event
   * loop. Cancelling resets the stream.
   *
   * @param maxResponseBytes a longer response is refused before a byte of it is buffered
   */
  Mono<byte[]> ask(PeerId peer, Flux<ByteBuf> request, int maxResponseBytes) {
    return Mono.defer(
        () -> {
          ProgressWatch watch =
              new ProgressWatch(timer, config.progressTimeout(), config.exchangeTimeout());
          StreamOptions options =
              StreamOptions.defaults()
                  .withReceiveWindow(
                      Math.max(
                          StreamOptions.INITIAL_WINDOW_BYTES,
                          maxResponseBytes + WINDOW_SLACK_BYTES));
          return Mono.usingWhen(
                  host.newStream(peer, options, NetworkService.PROTOCOL),
                  stream -> new Talk(stream, watch).run(request, maxResponseBytes),
                  Exchange::noCleanup,
                  (stream, error) -> reset(stream),
                  Exchange::reset)
              .timeout(watch.expired(), Mono.error(this::timeout));
        });
  }

  private TimeoutException timeout() {
    return new TimeoutException(
        "no progress for "
            + config.progressTimeout()
            + ", or no end within "
            + config.exchangeTimeout());
  }

  private static Mono<Void> noCleanup(Stream stream) {
    return Mono.empty();
  }

  private static Mono<Void> reset(Stream stream) {
    return Mono.fromRunnable(stream::reset);
  }

  /** What an error of an exchange means. */
  static ExchangeException failure(PeerId peer, String what, Throwable cause) {
    if (cause instanceof ExchangeException known) {
      return known;
    }
    Fault fault = Fault.FAILED;
    if (cause instanceof ProtocolNotSupportedException) {
      fault = Fault.DECLINED;
    } else if (cause instanceof BadMessageException || cause instanceof IntegrityException) {
      fault = Fault.MISBEHAVED;
    }
    return new ExchangeException(peer, fault, what + ": " + cause.getMessage(), cause);
  }

  /** One request and response under way. */
  private static final class Talk {
    private final Stream stream;
    private final ProgressWatch watch;
    private final AtomicBoolean allSent = new AtomicBoolean();

    Talk(Stream stream, ProgressWatch watch) {
      this.stream = stream;
      this.watch = watch;
      watch.progressed();
    }

    Mono<byte[]> run(Flux<ByteBuf> request, int maxResponseBytes) {
      MessageReader reader = new MessageReader(maxResponseBytes, UNLIMITED);
      Mono<byte[]> response =
          stream
              .receive()
              .<byte[]>handle((buffer, sink) -> read(reader, buffer, sink))
              .next()
              .switchIfEmpty(Mono.error(Talk::noResponse));
      // A failure to send shows in receiving too, unless the response was sent before the request's
      // end.
      Mono<byte[]> sending =
          stream
              .send(request.doOnNext(piece -> watch.progressed()))
              .then(stream.closeWrite())
              .doOnSuccess(done -> allSent.set(true))
              .onErrorComplete()
              .then(Mono.empty());
      return Flux.merge(sending, response).next().doOnSuccess(done -> end());
    }

    private void read(MessageReader reader, ByteBuf buffer, SynchronousSink<byte[]> sink) {
      watch.progressed();
      try {
        if (reader.feed(buffer) == Progress.COMPLETE) {
          reader.release();
          sink.next(reader.message());
        }
      } finally {
        buffer.release();
      }
    }

    private static StreamException noResponse() {
      return new StreamException("the stream ended before the response did");
    }

    /** A request that was answered before its end is not worth sending. */
    private void end() {
      if (allSent.get()) {
        stream.close().onErrorComplete().subscribe();
      } else {
        stream.reset();
      }
    }
  }
}
