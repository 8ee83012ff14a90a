package io.echonet.dds.transport.multistream;

import io.echonet.dds.transport.ProtocolNotSupportedException;
import io.echonet.dds.transport.StreamException;
import io.echonet.dds.transport.spi.MuxedStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** A muxed stream whose protocol is being negotiated, in front of or underneath its payload. */
final class StreamNegotiation implements NegotiatedStream, NegotiatedReceive.Listener {
  private final MuxedStream stream;
  private final NegotiatedReceive receive;
  private final @Nullable LazyOpening opening;
  private final @Nullable MonoSink<NegotiatedStream> sink;
  private volatile String protocol;
  private volatile @Nullable ProtocolNotSupportedException refusal;

  private StreamNegotiation(
      MuxedStream stream,
      MultistreamNegotiation negotiation,
      String protocol,
      @Nullable MonoSink<NegotiatedStream> sink) {
    this.stream = stream;
    this.protocol = protocol;
    this.sink = sink;
    this.receive = new NegotiatedReceive(stream, negotiation, this, sink != null);
    this.opening = sink == null ? new LazyOpening(stream, negotiation.opening()) : null;
  }

  /** Takes {@code protocol} for agreed; the negotiation travels with the payload. */
  static NegotiatedStream lazy(MuxedStream stream, String protocol) {
    return new StreamNegotiation(
        stream, MultistreamNegotiation.initiator(java.util.List.of(protocol)), protocol, null);
  }

  /** Negotiates first, and emits the stream once there is an agreement. */
  static Mono<NegotiatedStream> eager(
      MuxedStream stream, Supplier<MultistreamNegotiation> negotiations) {
    return Mono.create(
        sink -> {
          MultistreamNegotiation negotiation = negotiations.get();
          StreamNegotiation self = new StreamNegotiation(stream, negotiation, "", sink);
          sink.onCancel(stream::reset);
          if (negotiation.opening().length > 0) {
            self.reply(negotiation.opening());
          }
          self.receive.start();
        });
  }

  @Override
  public long id() {
    return stream.id();
  }

  @Override
  public String protocol() {
    return protocol;
  }

  @Override
  public Flux<ByteBuf> receive() {
    return receive.payload();
  }

  @Override
  public Mono<Void> send(Publisher<? extends ByteBuf> buffers) {
    LazyOpening lazy = opening;
    if (lazy == null) {
      return stream.send(buffers);
    }
    return Mono.defer(() -> refusal == null ? lazy.send(buffers) : Mono.empty())
        .onErrorMap(this::explained)
        .then(Mono.defer(this::refused));
  }

  /** A refusal resets the stream; it is the refusal that the sender should hear of. */
  private Throwable explained(Throwable error) {
    Throwable reason = refusal;
    return reason == null ? error : reason;
  }

  private Mono<Void> refused() {
    Throwable reason = refusal;
    return reason == null ? Mono.empty() : Mono.error(reason);
  }

  @Override
  public Mono<Void> closeWrite() {
    LazyOpening lazy = opening;
    return lazy == null
        ? stream.closeWrite()
        : Mono.defer(
            () -> {
              lazy.flush();
              return stream.closeWrite();
            });
  }

  @Override
  public Mono<Void> close() {
    return Mono.defer(
        () -> {
          receive.discardUnread();
          return stream.close();
        });
  }

  @Override
  public void reset() {
    stream.reset();
  }

  @Override
  public Mono<Void> onClose() {
    return stream.onClose();
  }

  @Override
  public void reading() {
    if (opening != null) {
      opening.flush();
    }
  }

  @Override
  public void reply(byte[] bytes) {
    // Where this fails the stream has ended, which receiving shows too.
    stream
        .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(bytes)))
        .subscribe(nothing -> {}, error -> {});
  }

  @Override
  public void agreed(String agreement) {
    protocol = agreement;
    if (sink != null) {
      sink.success(this);
    }
  }

  @Override
  public void failed(StreamException failure) {
    if (failure instanceof ProtocolNotSupportedException notSupported) {
      refusal = notSupported;
    }
    stream.reset();
    if (sink != null) {
      sink.error(failure);
    }
  }

  @Override
  public void ended(Throwable failure) {
    if (sink != null) {
      sink.error(failure);
      stream.reset();
    }
  }
}
