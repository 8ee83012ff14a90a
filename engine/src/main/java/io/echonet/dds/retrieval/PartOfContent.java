package io.echonet.dds.retrieval;

import io.echonet.dds.content.ByteRange;
import io.echonet.dds.content.Chunk;
import java.nio.ByteBuffer;

/** Cuts a range out of the chunks that it touches, which are given in order, from the first on. */
final class PartOfContent implements ChunkStep {
  private final ByteRange range;
  private long position;

  PartOfContent(ByteRange range) {
    this.range = range;
    this.position = (long) range.firstChunk() * Chunk.MAX_BYTES;
  }

  @Override
  public ByteBuffer take(Chunk chunk) {
    long begin = Math.max(range.from(), position);
    long end = Math.min(range.toInclusive() + 1, position + chunk.size());
    ByteBuffer part =
        chunk.data().slice(Math.toIntExact(begin - position), Math.toIntExact(end - begin));
    position += chunk.size();
    return part;
  }
}
