package io.echonet.dds.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.multiformats.Varint;
import io.echonet.dds.network.MessageReader.Progress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageReaderTest {
  private static final int LIMIT = NetworkConfig.MAX_MESSAGE_BYTES;

  private final ByteBudget budget = new ByteBudget(LIMIT);
  private final MessageReader reader = new MessageReader(LIMIT, budget);

  @ParameterizedTest
  @ValueSource(ints = {1, 127, 128, 263_168, 263_169, 600_000, LIMIT})
  void aMessageIsReadHoweverItIsCut(int length) {
    Random random = new Random(length);
    byte[] message = Wire.random(length, length);
    byte[] wire = Wire.delimited(message);
    int at = 0;
    Progress progress = Progress.MORE;
    while (at < wire.length) {
      assertThat(progress).isEqualTo(Progress.MORE);
      int count = Math.min(wire.length - at, 1 + random.nextInt(1 + length / 3));
      progress = reader.feed(Unpooled.wrappedBuffer(wire, at, count));
      at += count;
    }
    assertThat(progress).isEqualTo(Progress.COMPLETE);
    assertThat(reader.message()).isEqualTo(message);
    assertThat(reader.tag()).isEqualTo(message[0] & 0xff);
  }

  @Test
  void whatFollowsTheMessageIsLeftAlone() {
    ByteBuf buffer = Unpooled.wrappedBuffer(new byte[] {2, 7, 8, 9, 10});
    assertThat(reader.feed(buffer)).isEqualTo(Progress.COMPLETE);
    assertThat(reader.message()).containsExactly(7, 8);
    assertThat(buffer.readableBytes()).isEqualTo(2);
  }

  @Test
  void anEmptyMessageHasNoKind() {
    assertThat(reader.feed(Unpooled.wrappedBuffer(new byte[] {0}))).isEqualTo(Progress.COMPLETE);
    assertThat(reader.tag()).isNegative();
    assertThat(reader.message()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {LIMIT + 1L, 1L << 40, Long.MAX_VALUE})
  void aLengthBeyondTheLimitIsRefusedBeforeAByteIsBuffered(long length) {
    ByteBuf prefix = Unpooled.wrappedBuffer(Varint.encode(length));
    assertThatThrownBy(() -> reader.feed(prefix))
        .isInstanceOf(BadMessageException.class)
        .hasMessageContaining("exceeds " + LIMIT);
    assertThat(budget.held()).isZero();
  }

  @Test
  void aLengthWithoutAnEndIsRefused() {
    byte[] endless = new byte[9];
    Arrays.fill(endless, (byte) 0x80);
    assertThatThrownBy(() -> reader.feed(Unpooled.wrappedBuffer(endless)))
        .isInstanceOf(BadMessageException.class);
  }

  @Test
  void aLongMessageIsHeldOnlyAsItArrives() {
    reader.feed(Unpooled.wrappedBuffer(Varint.encode(LIMIT)));
    assertThat(budget.held()).isZero();
    reader.feed(Unpooled.wrappedBuffer(new byte[1]));
    assertThat(budget.held()).isEqualTo(MessageReader.FIRST_PIECE_BYTES);
    reader.feed(Unpooled.wrappedBuffer(new byte[MessageReader.FIRST_PIECE_BYTES]));
    assertThat(budget.held()).isEqualTo(NetworkConfig.MAX_CHUNK_MESSAGE_BYTES);
    reader.feed(Unpooled.wrappedBuffer(new byte[NetworkConfig.MAX_CHUNK_MESSAGE_BYTES]));
    assertThat(budget.held()).isEqualTo(2 * NetworkConfig.MAX_CHUNK_MESSAGE_BYTES);
    reader.release();
    assertThat(budget.held()).isZero();
  }

  @Test
  void withoutRoomTheKindIsKnownAndNothingHeld() {
    MessageReader second = new MessageReader(LIMIT, budget);
    assertThat(budget.tryTake(LIMIT - 10)).isTrue();
    assertThat(second.feed(Unpooled.wrappedBuffer(new byte[] {20, 0x0a, 1, 2})))
        .isEqualTo(Progress.NO_ROOM);
    assertThat(second.tag()).isEqualTo(Kind.STORE_CHUNK.tag());
    second.release();
    assertThat(budget.held()).isEqualTo(LIMIT - 10);
  }

  @Test
  void nothingIsTakenAfterTheRelease() {
    reader.release();
    assertThat(reader.feed(Unpooled.wrappedBuffer(new byte[] {3, 1, 2, 3})))
        .isEqualTo(Progress.NO_ROOM);
    assertThat(budget.held()).isZero();
  }
}
