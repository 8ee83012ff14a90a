package io.echonet.dds.transport.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.spi.MuxedStream;
import io.echonet.dds.transport.testing.Await;
import io.echonet.dds.transport.testing.Buffers;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Sessions on real sockets, and publishers and readers on real threads. */
class YamuxMuxerTest {
  private static void echo(MuxedStream stream) {
    stream
        .send(stream.receive())
        .then(stream.close())
        .subscribe(nothing -> {}, failure -> stream.reset());
  }

  @Test
  void whatIsSentComesBackFromAnEcho() {
    try (SocketPair pair = new SocketPair(YamuxConfig.defaults(), YamuxMuxerTest::echo)) {
      MuxedStream stream = pair.open();

      StepVerifier.create(
              stream
                  .send(Mono.fromSupplier(() -> Buffers.of("hello")))
                  .then(stream.closeWrite())
                  .then(Buffers.text(stream.receive())))
          .expectNext("hello")
          .expectComplete()
          .verify(Await.TIMEOUT);
      StepVerifier.create(stream.onClose()).expectComplete().verify(Await.TIMEOUT);
      assertThat(pair.dialler.openStreams()).isZero();
    }
  }

  /** Sources emit on one pool, readers take on another, and both at a pace of their own. */
  @Test
  void manyStreamsOfManyThreadsGetEveryByteInOrder() {
    Random random = new Random(11);
    try (SocketPair pair = new SocketPair(YamuxConfig.defaults(), YamuxMuxerTest::echo)) {
      Flux.range(0, 60)
          .flatMap(
              i -> {
                byte[] content = Buffers.random(i, random.nextInt(random.nextInt(900_000) + 1));
                int cut = 1 + random.nextInt(60_000) + content.length / 200;
                return roundTrip(pair, content, cut);
              },
              20,
              1)
          .blockLast(Await.TIMEOUT);

      Await.until("all streams have ended", () -> pair.dialler.openStreams() == 0);
      Await.until("all streams have ended there", () -> pair.acceptor.openStreams() == 0);
    }
  }

  private static Mono<Void> roundTrip(SocketPair pair, byte[] content, int cut) {
    return pair.dialler
        .open(262_144)
        .flatMap(
            stream -> {
              Flux<ByteBuf> source = Buffers.cut(content, cut).publishOn(Schedulers.parallel(), 4);
              Mono<byte[]> back =
                  Buffers.all(stream.receive().publishOn(Schedulers.boundedElastic(), 2));
              return Mono.zip(stream.send(source).then(stream.closeWrite()).thenReturn(1), back)
                  .doOnNext(both -> assertThat(both.getT2()).isEqualTo(content));
            })
        .then();
  }

  @Test
  void aReaderThatStopsHoldsBackItsSenderAloneAndTakesUpAgain() {
    int bytes = 3_000_000;
    AtomicLong taken = new AtomicLong();
    Flux<ByteBuf> source =
        Buffers.cut(Buffers.random(1, bytes), 10_000)
            .publishOn(Schedulers.parallel(), 4)
            .doOnNext(buffer -> taken.addAndGet(buffer.readableBytes()));
    try (SocketPair pair =
        new SocketPair(
            YamuxConfig.defaults(),
            stream -> {
              if (stream.id() == 1) {
                stream
                    .send(source)
                    .then(stream.closeWrite())
                    .subscribe(nothing -> {}, failure -> {});
              } else {
                echo(stream);
              }
            })) {
      MuxedStream stalled = pair.open();
      Await.until("the window is used up", () -> taken.get() >= 262_144);

      for (int i = 0; i < 20; i++) {
        roundTrip(pair, Buffers.random(i, 400_000), 30_000).block(Await.TIMEOUT);
      }

      assertThat(taken.get()).isLessThanOrEqualTo(262_144 + 128 * 1024 + 10_000);
      byte[] all = SocketPair.await(Buffers.all(stalled.receive()));
      assertThat(all).isEqualTo(Buffers.random(1, bytes));
      stalled.closeWrite().block(Await.TIMEOUT);
    }
  }

  @Test
  void streamsOfAConnectionThatEndsGetToKnow() {
    try (SocketPair pair = new SocketPair(YamuxConfig.defaults(), stream -> {})) {
      MuxedStream stream = pair.open();
      Mono<Void> sending =
          stream
              .send(
                  Flux.interval(Duration.ofMillis(1))
                      .onBackpressureDrop()
                      .map(i -> Buffers.of("x")))
              .cache();
      sending.subscribe(nothing -> {}, failure -> {});
      Await.until("the stream has arrived", () -> pair.acceptor.openStreams() == 1);

      pair.dialler.close().block(Await.TIMEOUT);

      StepVerifier.create(sending).expectError(ConnectionException.class).verify(Await.TIMEOUT);
      StepVerifier.create(stream.receive())
          .expectError(ConnectionException.class)
          .verify(Await.TIMEOUT);
      StepVerifier.create(pair.acceptor.onClose()).expectComplete().verify(Await.TIMEOUT);
    }
  }
}
