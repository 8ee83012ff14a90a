package io.echonet.dds.transport.spi;

/**
 * The memory one connection may take up, of what all connections of a host share. Safe for all
 * threads.
 */
public interface MemoryScope {
  /**
   * Takes up to {@code bytes}, and answers how much was taken: 0 where nothing is left. What was
   * taken is given back by {@link #release}, when nothing can occupy it any more.
   */
  int reserve(int bytes);

  /** Gives {@code bytes} of what was reserved back. */
  void release(int bytes);
}
