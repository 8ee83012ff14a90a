package io.echonet.dds.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.security.MessageDigest;
import org.junit.jupiter.api.Test;

class ChunkTest {
  private static final byte[] BYTES = {1, 2, 3, 4, 5};

  @Test
  void bytesThatHashToTheirNameAreAChunk() {
    Chunk chunk = Chunk.verify(Cid.hash(ByteBuffer.wrap(BYTES)), BYTES.clone());

    assertThat(chunk.data()).isEqualTo(ByteBuffer.wrap(BYTES));
    assertThat(chunk.size()).isEqualTo(5);
    assertThat(chunk.cid()).isEqualTo(Chunk.of(BYTES.clone()).cid());
  }

  @Test
  void anyOtherBytesAreRefusedNamingBoth() {
    Cid cid = Cid.hash(ByteBuffer.wrap(BYTES));
    byte[] other = {1, 2, 3, 4, 6};

    assertThatThrownBy(() -> Chunk.verify(cid, other))
        .isInstanceOf(IntegrityException.class)
        .hasMessage("5 bytes hash to " + Cid.hash(ByteBuffer.wrap(other)) + " instead of " + cid);
    assertThatThrownBy(() -> Chunk.verify(cid, BYTES, 0, 4)).isInstanceOf(IntegrityException.class);
  }

  @Test
  void aPartOfAnArrayMayBeAChunk() {
    byte[] envelope = {9, 9, 1, 2, 3, 4, 5, 9};
    Chunk chunk = Chunk.verify(Cid.hash(ByteBuffer.wrap(BYTES)), envelope, 2, 5);
    MessageDigest digest = Sha256.newDigest();
    chunk.update(digest);

    assertThat(chunk.data()).isEqualTo(ByteBuffer.wrap(BYTES));
    assertThat(chunk.size()).isEqualTo(5);
    assertThat(digest.digest()).isEqualTo(chunk.cid().digest());
  }

  @Test
  void longerThanAChunkIsOnlyAManifest() {
    assertThat(Chunk.of(new byte[Chunk.MAX_BYTES]).size()).isEqualTo(Chunk.MAX_BYTES);
    assertThatThrownBy(() -> Chunk.of(new byte[Chunk.MAX_BYTES + 1]))
        .isInstanceOf(InvalidManifestException.class);
    byte[] bytes = new byte[Chunk.MAX_BYTES + 1];
    assertThatThrownBy(() -> Chunk.verify(Cid.hash(ByteBuffer.wrap(bytes)), bytes))
        .isInstanceOf(InvalidManifestException.class);
  }

  @Test
  void aReaderCannotChangeItNorItsNextReader() {
    Chunk chunk = Chunk.of(BYTES.clone());
    ByteBuffer data = chunk.data();
    data.get();

    assertThat(data.hasArray()).isFalse();
    assertThatThrownBy(() -> chunk.data().put(0, (byte) 7))
        .isInstanceOf(ReadOnlyBufferException.class);
    assertThat(chunk.data().remaining()).isEqualTo(5);
  }

  @Test
  void nettySharesTheBytesInsteadOfCopyingThem() {
    byte[] bytes = BYTES.clone();
    ByteBuf wrapped = Unpooled.wrappedBuffer(Chunk.of(bytes).data());
    try {
      // What no chunk's owner may do shows that there are no second bytes.
      bytes[0] = 42;
      assertThat(wrapped.getByte(0)).isEqualTo((byte) 42);
      assertThat(wrapped.isReadOnly()).isTrue();
    } finally {
      wrapped.release();
    }
  }
}
