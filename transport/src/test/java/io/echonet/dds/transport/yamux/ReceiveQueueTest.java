package io.echonet.dds.transport.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.testing.Buffers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReceiveQueueTest {
  private static final int WINDOW = 262_144;

  /** Counts what is allocated and not yet released, to the byte. */
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);

  private final ReceiveQueue queue = new ReceiveQueue(allocator);

  @AfterEach
  void everythingIsReleased() {
    queue.clear();
    assertThat(allocated()).isZero();
  }

  private long allocated() {
    return allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
  }

  /** A piece as the decoder makes it: a slice of the message it arrived in. */
  private ByteBuf piece(byte[] bytes, int messageBytes) {
    ByteBuf message = allocator.buffer(messageBytes, messageBytes).writeZero(messageBytes);
    message.setBytes(messageBytes - bytes.length, bytes);
    message.readerIndex(messageBytes - bytes.length);
    ByteBuf piece = message.readRetainedSlice(bytes.length);
    message.release();
    return piece;
  }

  private byte[] drain() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ByteBuf next = queue.poll(); next != null; next = queue.poll()) {
      all.writeBytes(Buffers.bytes(next));
    }
    return all.toByteArray();
  }

  @Test
  void largePiecesAreKeptAsTheyAre() {
    ByteBuf piece = piece(new byte[65_507], 65_519);

    queue.add(piece);

    assertThat(queue.poll()).isSameAs(piece);
    piece.release();
  }

  @Test
  void singleBytesOfLargeMessagesCostAboutTheWindow() {
    byte[] bytes = Buffers.random(1, WINDOW);
    long most = 0;

    for (byte one : bytes) {
      queue.add(piece(new byte[] {one}, 65_519));
      most = Math.max(most, allocated());
    }

    assertThat(most).isLessThanOrEqualTo(WINDOW + 2L * ReceiveQueue.SMALL_BYTES);
    assertThat(drain()).isEqualTo(bytes);
  }

  @Test
  void theWorstOrderOfSmallAndLargePiecesCostsThreeWindows() {
    int small = ReceiveQueue.SMALL_BYTES;
    for (int i = 0; i < WINDOW / (small + 1); i++) {
      queue.add(piece(new byte[1], 1));
      queue.add(piece(new byte[small], 2 * small));
    }

    assertThat(allocated()).isLessThanOrEqualTo(3L * WINDOW);
  }

  @Test
  void noOrderOfPiecesCostsMore() {
    Random random = new Random(5);
    for (int round = 0; round < 50; round++) {
      byte[] bytes = Buffers.random(round, WINDOW);
      int most = 1 + random.nextInt(40_000);
      for (int at = 0; at < WINDOW; ) {
        int length = Math.min(WINDOW - at, 1 + random.nextInt(most));
        int message = length + random.nextInt(65_519);
        queue.add(piece(Arrays.copyOfRange(bytes, at, at + length), message));
        at += length;
        assertThat(allocated()).isLessThanOrEqualTo(3L * WINDOW);
      }
      assertThat(drain()).isEqualTo(bytes);
    }
  }

  @Test
  void bytesAddedWhileReadingKeepTheirOrder() {
    Random random = new Random(6);
    byte[] bytes = Buffers.random(7, 500_000);
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length; ) {
      int length = Math.min(bytes.length - at, 1 + random.nextInt(random.nextInt(20_000) + 1));
      queue.add(piece(Arrays.copyOfRange(bytes, at, at + length), 20_000));
      at += length;
      if (random.nextInt(3) == 0) {
        ByteBuf next = queue.poll();
        if (next != null) {
          read.writeBytes(Buffers.bytes(next));
        }
      }
    }
    read.writeBytes(drain());

    assertThat(read.toByteArray()).isEqualTo(bytes);
  }
}
