package io.echonet.dds.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;

/**
 * Whatever arrives, however it is cut: the same messages, then the same end, and every buffer
 * released.
 */
class DelimitedFuzzTest {
  private static final int LIMIT = 300;

  @FuzzTest
  void bytesMayBeAnything(byte[] bytes) {
    List<Object> whole = outcome(bytes, Math.max(1, bytes.length));

    assertThat(outcome(bytes, 1)).isEqualTo(whole);
    assertThat(outcome(bytes, 7)).isEqualTo(whole);
  }

  private static List<Object> outcome(byte[] bytes, int size) {
    List<ByteBuf> given = new ArrayList<>();
    Flux<ByteBuf> source =
        Flux.range(0, (bytes.length + size - 1) / size)
            .map(
                i -> {
                  int from = i * size;
                  ByteBuf piece =
                      Unpooled.copiedBuffer(bytes, from, Math.min(size, bytes.length - from));
                  given.add(piece);
                  return piece;
                });
    List<Object> outcome = new ArrayList<>();
    DelimitedMessages.decode(source, LIMIT)
        .<Object>map(ByteBuffer::wrap)
        .onErrorResume(StreamException.class, e -> Flux.just(String.valueOf(e.getMessage())))
        .doOnNext(outcome::add)
        .blockLast(Duration.ofSeconds(20));
    assertThat(given).allSatisfy(piece -> assertThat(piece.refCnt()).isZero());
    return outcome;
  }
}
