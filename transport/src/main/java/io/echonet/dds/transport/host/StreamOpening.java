package io.echonet.dds.transport.host;

import io.echonet.dds.transport.multistream.NegotiatedStream;
import io.echonet.dds.transport.spi.MuxedStream;
import java.util.function.Function;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.util.context.Context;

/** The opening of one stream, from the muxer to its protocol. */
final class StreamOpening extends BaseSubscriber<MuxedStream> {
  /*
   * Whoever waits for a stream may give up just as it is handed over. flatMap then neither goes on nor tells anybody, and
   * the stream would stay open with nobody to end it, at both ends. Here it is seen through whatever was cancelled.
   */

  private final MonoSink<NegotiatedStream> sink;
  private final Function<MuxedStream, Mono<NegotiatedStream>> negotiation;
  private final Disposable.Swap givenUp = Disposables.swap();

  private StreamOpening(
      MonoSink<NegotiatedStream> sink, Function<MuxedStream, Mono<NegotiatedStream>> negotiation) {
    this.sink = sink;
    this.negotiation = negotiation;
  }

  /**
   * The stream that {@code muxed} opens, once {@code negotiation} has agreed on its protocol; one
   * that nobody waits for any more is reset.
   */
  static Mono<NegotiatedStream> of(
      Mono<MuxedStream> muxed, Function<MuxedStream, Mono<NegotiatedStream>> negotiation) {
    return Mono.create(
        sink -> {
          StreamOpening opening = new StreamOpening(sink, negotiation);
          sink.onCancel(opening.givenUp);
          opening.givenUp.update(opening);
          muxed.subscribe(opening);
        });
  }

  @Override
  public Context currentContext() {
    return Context.of(sink.contextView());
  }

  @Override
  protected void hookOnNext(MuxedStream stream) {
    Disposable.Composite ending = Disposables.composite();
    givenUp.replace(ending);
    ending.add(stream::reset);
    ending.add(negotiation.apply(stream).subscribe(sink::success, sink::error));
  }

  @Override
  protected void hookOnError(Throwable failure) {
    sink.error(failure);
  }
}
