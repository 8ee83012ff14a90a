package io.echonet.dds.benchmarks;

import io.echonet.dds.content.Chunk;
import java.nio.ByteBuffer;
import java.util.Random;
import reactor.core.publisher.Flux;

/** Content that costs nothing to make and of which no two chunks are the same. */
final class RandomContent {
  private static final int BLOCKS = 64;

  private final byte[][] blocks = new byte[BLOCKS][Chunk.MAX_BYTES];
  private final long seed;

  RandomContent(long seed) {
    this.seed = seed;
    Random random = new Random(seed);
    for (byte[] block : blocks) {
      random.nextBytes(block);
    }
  }

  /** The chunk at {@code index}, of {@code bytes}, in a buffer of its own. */
  byte[] chunk(long index, int bytes) {
    byte[] chunk = new byte[bytes];
    System.arraycopy(blocks[(int) (index % BLOCKS)], 0, chunk, 0, bytes);
    ByteBuffer.wrap(chunk).putLong(seed).putLong(index);
    return chunk;
  }

  /** Chunks of full length, from the one at {@code first}. */
  Flux<ByteBuffer> chunks(int first, int count) {
    return Flux.range(first, count).map(index -> ByteBuffer.wrap(chunk(index, Chunk.MAX_BYTES)));
  }
}
