package io.echonet.dds.transport.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.spi.MuxedStream;
import io.echonet.dds.transport.testing.Await;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class YamuxMuxerTest {
  private static void echo(MuxedStream stream) {
    stream.send(stream.receive()).then(stream.close()).subscribe();
  }

  private static ByteBuf text(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
  }

  @Test
  void whatIsSentComesBackFromAnEcho() {
    try (SocketPair pair = new SocketPair(YamuxConfig.defaults(), YamuxMuxerTest::echo)) {
      MuxedStream stream = pair.open();

      StepVerifier.create(
              stream
                  .send(Mono.fromSupplier(() -> text("hello")))
                  .then(stream.closeWrite())
                  .thenMany(stream.receive().map(YamuxMuxerTest::read)))
          .expectNext("hello")
          .expectComplete()
          .verify(Await.TIMEOUT);
      StepVerifier.create(stream.onClose()).expectComplete().verify(Await.TIMEOUT);
      assertThat(pair.dialler.openStreams()).isZero();
    }
  }

  @Test
  void megabytesGoThroughAWindowThatIsMuchSmaller() {
    int buffers = 1_000;
    int bufferBytes = 50_000;
    try (SocketPair pair = new SocketPair(YamuxConfig.defaults(), YamuxMuxerTest::echo)) {
      MuxedStream stream = pair.open();
      Flux<ByteBuf> source =
          Flux.range(0, buffers)
              .publishOn(Schedulers.parallel())
              .map(i -> Unpooled.buffer(bufferBytes).writeZero(bufferBytes));
      AtomicLong received = new AtomicLong();

      Mono<Void> sending = stream.send(source).then(stream.closeWrite());
      Mono<Void> receiving =
          stream
              .receive()
              .doOnNext(
                  buffer -> {
                    received.addAndGet(buffer.readableBytes());
                    buffer.release();
                  })
              .then();

      StepVerifier.create(Mono.when(sending, receiving)).expectComplete().verify(Await.TIMEOUT);
      assertThat(received).hasValue((long) buffers * bufferBytes);
    }
  }

  private static String read(ByteBuf buffer) {
    try {
      return buffer.toString(StandardCharsets.UTF_8);
    } finally {
      buffer.release();
    }
  }
}
