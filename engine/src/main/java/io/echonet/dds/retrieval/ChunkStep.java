package io.echonet.dds.retrieval;

import io.echonet.dds.content.Chunk;
import java.nio.ByteBuffer;

/** What becomes of one chunk after the other before the reader gets it; for one reading. */
interface ChunkStep {
  /**
   * The bytes of {@code chunk} that the reader gets, which may be none.
   *
   * @throws io.echonet.dds.content.IntegrityException where the content is not what it should be
   */
  ByteBuffer take(Chunk chunk);
}
