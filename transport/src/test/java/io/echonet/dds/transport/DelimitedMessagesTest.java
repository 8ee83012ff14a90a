package io.echonet.dds.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.multiformats.Varint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class DelimitedMessagesTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  @Test
  void messagesComeOutHoweverTheBytesAreCut() {
    Random random = new Random(3);
    for (int round = 0; round < 10; round++) {
      ByteBuf all = Unpooled.buffer();
      List<byte[]> sent = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        byte[] message = new byte[random.nextInt(random.nextInt(3) == 0 ? 5000 : 200)];
        random.nextBytes(message);
        sent.add(message);
        all.writeBytes(DelimitedMessages.encode(message));
      }
      List<byte[]> pieces = new ArrayList<>();
      while (all.isReadable()) {
        byte[] piece = new byte[Math.min(1 + random.nextInt(1000), all.readableBytes())];
        all.readBytes(piece);
        pieces.add(piece);
      }

      List<byte[]> received =
          DelimitedMessages.decode(
                  Flux.fromIterable(pieces).map(DelimitedMessagesTest::buffer), 5000)
              .collectList()
              .block(TIMEOUT);

      assertThat(received)
          .map(ByteBuffer::wrap)
          .isEqualTo(sent.stream().map(ByteBuffer::wrap).toList());
    }
  }

  @Test
  void aLongMessageGrowsWithWhatArrives() {
    byte[] message = new byte[3_000_000];
    new Random(1).nextBytes(message);
    ByteBuf encoded = DelimitedMessages.encode(message);
    List<byte[]> pieces = new ArrayList<>();
    while (encoded.isReadable()) {
      pieces.add(
          ByteBufUtil.getBytes(encoded.readSlice(Math.min(70_000, encoded.readableBytes()))));
    }

    StepVerifier.create(
            DelimitedMessages.decode(
                Flux.fromIterable(pieces).map(DelimitedMessagesTest::buffer), 4 << 20))
        .assertNext(received -> assertThat(received).isEqualTo(message))
        .expectComplete()
        .verify(TIMEOUT);
  }

  @Test
  void aBufferIsAskedForOnlyWhenAMessageIsWantedAndNoneIsThere() {
    AtomicInteger asked = new AtomicInteger();
    Flux<ByteBuf> bytes =
        Flux.just("01610162", "0163", "02", "6465", "0166")
            .map(hex -> buffer(HexFormat.of().parseHex(hex)))
            .doOnRequest(n -> asked.addAndGet((int) n));

    StepVerifier.create(DelimitedMessages.decode(bytes, 10).map(String::new), 0)
        .expectSubscription()
        .then(() -> assertThat(asked).hasValue(0))
        .thenRequest(1)
        .expectNext("a")
        .then(() -> assertThat(asked).hasValue(1))
        .thenRequest(1)
        .expectNext("b")
        .then(() -> assertThat(asked).hasValue(1))
        .thenRequest(2)
        .expectNext("c", "de")
        .then(() -> assertThat(asked).hasValue(4))
        .thenCancel()
        .verify(TIMEOUT);
  }

  @Test
  void completionNeedsNoDemand() {
    StepVerifier.create(
            DelimitedMessages.decode(
                Flux.just("0161").map(h -> buffer(HexFormat.of().parseHex(h))), 10),
            1)
        .expectNextCount(1)
        .expectComplete()
        .verify(TIMEOUT);
  }

  @Test
  void cancellingReleasesTheBufferAtHand() {
    TestPublisher<ByteBuf> source = TestPublisher.create();
    ByteBuf held = buffer(HexFormat.of().parseHex("01610162"));

    StepVerifier.create(DelimitedMessages.decode(source.flux(), 10), 1)
        .then(() -> source.next(held))
        .expectNextCount(1)
        .then(() -> assertThat(held.refCnt()).isOne())
        .thenCancel()
        .verify(TIMEOUT);

    assertThat(held.refCnt()).isZero();
    source.assertCancelled();
  }

  @Test
  void aBufferThatCrossesWithTheCancellationIsReleased() {
    DelimitedReader reader = new DelimitedReader(new BaseSubscriber<byte[]>() {}, 10);
    reader.onSubscribe(Operators.emptySubscription());
    ByteBuf late = buffer(new byte[3]);

    reader.cancel();
    reader.onNext(late);

    assertThat(late.refCnt()).isZero();
  }

  @Test
  void anErrorOfTheStreamReleasesTheBufferAtHand() {
    TestPublisher<ByteBuf> source = TestPublisher.create();
    ByteBuf held = buffer(HexFormat.of().parseHex("01610162"));

    StepVerifier.create(DelimitedMessages.decode(source.flux(), 10), 1)
        .then(() -> source.next(held))
        .expectNextCount(1)
        .then(() -> source.error(new StreamResetException("gone")))
        .expectErrorMessage("gone")
        .verify(TIMEOUT);

    assertThat(held.refCnt()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "0b, 'message length 11 exceeds 10'",
    "ffffffff7f, 'message length 127 exceeds 10'",
    "8100, 'message length is no minimal varint'",
    "808080808080808080, 'message length is no minimal varint'",
    "80, 'stream ended inside a message'",
    "0361, 'stream ended inside a message'",
  })
  void whatIsNoMessageIsAnError(String hex, String message) {
    TestPublisher<ByteBuf> source = TestPublisher.create();
    ByteBuf bytes = buffer(HexFormat.of().parseHex(hex));

    StepVerifier.create(DelimitedMessages.decode(source.flux(), 10))
        .then(() -> source.next(bytes))
        .then(source::complete)
        .expectErrorSatisfies(
            error -> assertThat(error).isInstanceOf(StreamException.class).hasMessage(message))
        .verify(TIMEOUT);

    assertThat(bytes.refCnt()).isZero();
  }

  @Test
  void aLengthBeyondTheLimitCancelsTheSource() {
    TestPublisher<ByteBuf> source = TestPublisher.create();
    byte[] length = Varint.encode(1L << 40);

    StepVerifier.create(DelimitedMessages.decode(source.flux(), 4 << 20))
        .then(() -> source.next(buffer(length)))
        .expectError(StreamException.class)
        .verify(TIMEOUT);

    source.assertCancelled();
  }

  private static ByteBuf buffer(byte[] bytes) {
    return PooledByteBufAllocator.DEFAULT.directBuffer(Math.max(1, bytes.length)).writeBytes(bytes);
  }
}
