package io.echonet.dds.retrieval;

import io.echonet.dds.content.Chunk;

/** What a retrieval may ask for twice, so that most of what comes is of use. */
final class HedgeBudget {
  /** One byte may be asked for twice of so many that came. */
  private static final int ONE_OF = 25;

  /** What may be asked for twice however little has come. */
  private static final long FREE_BYTES = 2 * Chunk.MAX_BYTES;

  private long received;
  private long spent;
  private long times;

  void received(long bytes) {
    received += bytes;
  }

  boolean allows(long bytes) {
    return spent + bytes <= FREE_BYTES + received / ONE_OF;
  }

  /** Notes that something is asked for twice, and {@code bytes} of it within the budget. */
  void spend(long bytes) {
    spent += bytes;
    times++;
  }

  /** How often something was asked for twice. */
  long times() {
    return times;
  }
}
