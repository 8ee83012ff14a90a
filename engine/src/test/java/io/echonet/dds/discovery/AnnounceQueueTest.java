package io.echonet.dds.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.content.Cid;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class AnnounceQueueTest {
  private final AnnounceQueue queue = new AnnounceQueue(3);

  private static Cid cid(int i) {
    return Cid.hash(ByteBuffer.wrap(new byte[] {(byte) i}));
  }

  @Test
  void theOldestComeOutFirstEachOnce() {
    queue.add(cid(1));
    queue.add(cid(2));
    queue.add(cid(1));
    assertThat(queue.take(5)).containsExactly(cid(1), cid(2));
    assertThat(queue.size()).isZero();
  }

  @Test
  void oneTooManyIsRemembered() {
    for (int i = 0; i < 3; i++) {
      queue.add(cid(i));
    }
    queue.add(cid(2));
    assertThat(queue.takeOverflowed()).isFalse();
    queue.add(cid(3));
    assertThat(queue.size()).isEqualTo(3);
    assertThat(queue.takeOverflowed()).isTrue();
    assertThat(queue.takeOverflowed()).isFalse();
  }
}
