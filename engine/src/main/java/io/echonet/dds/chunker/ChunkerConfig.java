package io.echonet.dds.chunker;

/**
 * The bounds of a {@link Chunker}. What one pass over a content holds is at most {@code
 * readAheadChunks + parallelHashes + 1} chunks of 256 KiB, and a copy of the buffer it was given
 * last.
 *
 * @param parallelHashes chunks that are hashed at once, or are and wait for their turn to be
 *     emitted
 * @param readAheadChunks chunks that are cut and wait to be hashed
 */
public record ChunkerConfig(int parallelHashes, int readAheadChunks) {
  private static final int MAX_CHUNKS = 1024;
  private static final ChunkerConfig DEFAULTS =
      new ChunkerConfig(2 * Runtime.getRuntime().availableProcessors(), 4);

  public ChunkerConfig {
    check("parallelHashes", parallelHashes);
    check("readAheadChunks", readAheadChunks);
  }

  private static void check(String name, int value) {
    if (value < 1 || value > MAX_CHUNKS) {
      throw new IllegalArgumentException(
          name + " of " + value + " is not within 1 to " + MAX_CHUNKS);
    }
  }

  public static ChunkerConfig defaults() {
    return DEFAULTS;
  }

  public ChunkerConfig withParallelHashes(int chunks) {
    return new ChunkerConfig(chunks, readAheadChunks);
  }

  public ChunkerConfig withReadAheadChunks(int chunks) {
    return new ChunkerConfig(parallelHashes, chunks);
  }
}
