package io.echonet.dds.transport.multistream;

import io.echonet.dds.transport.StreamResetException;
import io.echonet.dds.transport.spi.MuxedStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.concurrent.Queues;

/**
 * One end of a muxed stream whose other end is the test: it records each buffer sent as one flight,
 * and counts what is asked for. Sends run one after another, as a muxer's do.
 */
public final class FakeStream implements MuxedStream {
  private final Sinks.Many<ByteBuf> inbound =
      Sinks.many().unicast().onBackpressureBuffer(Queues.<ByteBuf>unbounded().get());
  private final Sinks.Empty<Void> closed = Sinks.empty();
  private final AtomicReference<Mono<Void>> lastSend = new AtomicReference<>(Mono.empty());
  private final List<byte[]> flights = new CopyOnWriteArrayList<>();
  final AtomicLong demanded = new AtomicLong();
  final AtomicLong taken = new AtomicLong();
  volatile boolean writeClosed;
  public volatile boolean reset;
  volatile boolean discarding;

  /** The peer says {@code text}, in a buffer that must be released. */
  void arrives(String text) {
    arrives(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  void arrives(byte[] bytes) {
    ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(Math.max(1, bytes.length));
    inbound.emitNext(buffer.writeBytes(bytes), Sinks.EmitFailureHandler.FAIL_FAST);
  }

  /** The peer half-closes. */
  void ends() {
    inbound.emitComplete(Sinks.EmitFailureHandler.FAIL_FAST);
  }

  void fails(Throwable error) {
    inbound.tryEmitError(error);
  }

  /** What was sent, one string a buffer. */
  List<String> flights() {
    List<String> texts = new ArrayList<>();
    flights.forEach(bytes -> texts.add(new String(bytes, StandardCharsets.ISO_8859_1)));
    return texts;
  }

  String sent() {
    return String.join("", flights());
  }

  @Override
  public long id() {
    return 1;
  }

  @Override
  public Flux<ByteBuf> receive() {
    return inbound
        .asFlux()
        .doOnDiscard(ByteBuf.class, ByteBuf::release)
        .doOnRequest(demanded::addAndGet)
        .doOnNext(buffer -> taken.incrementAndGet())
        .doOnCancel(() -> discarding = true);
  }

  @Override
  public Mono<Void> send(Publisher<? extends ByteBuf> buffers) {
    return Mono.defer(
        () -> {
          Sinks.Empty<Void> done = Sinks.empty();
          Mono<Void> before = lastSend.getAndSet(done.asMono());
          return before
              .onErrorComplete()
              .then(Mono.defer(() -> run(buffers)))
              .doFinally(signal -> done.tryEmitEmpty());
        });
  }

  private Mono<Void> run(Publisher<? extends ByteBuf> buffers) {
    if (reset) {
      return Mono.error(new StreamResetException("stream was reset"));
    }
    return Flux.from(buffers)
        .doOnNext(
            buffer -> {
              flights.add(ByteBufUtil.getBytes(buffer));
              buffer.release();
            })
        .then();
  }

  @Override
  public Mono<Void> closeWrite() {
    return send(Flux.empty()).doOnSuccess(nothing -> writeClosed = true);
  }

  @Override
  public Mono<Void> close() {
    return closeWrite();
  }

  @Override
  public void reset() {
    if (!reset) {
      reset = true;
      inbound.tryEmitError(new StreamResetException("stream was reset"));
      closed.tryEmitEmpty();
    }
  }

  @Override
  public Mono<Void> onClose() {
    return closed.asMono();
  }
}
