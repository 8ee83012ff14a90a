package io.echonet.dds.transport.yamux;

import io.echonet.dds.transport.StreamOptions;
import io.echonet.dds.transport.spi.MemoryScope;

/**
 * Makes the receive windows of a connection larger where they hold their peer up, and smaller where
 * the reader does.
 */
final class WindowTuner {
  /*
   * A window holds the peer up if half of it passes in about the time that a grant takes to reach the peer and to show:
   * the round trip. Then it is doubled, which ends at two to four times what the link carries in a round trip. That it
   * passes means that it is read, so a window grows only under a reader that keeps up. A reader that has fallen behind
   * by half of the window gains nothing from its size, so it is halved again, down to what the stream began with.
   *
   * A ping's answer waits behind data, so the smallest round trip seen so far is the link's.
   *
   * What a window has beyond the 262,144 bytes that the protocol gives every stream is reserved first, of memory that all
   * connections share; where that is used up, windows stay as they are. It is released once nothing can occupy it: of a
   * window that shrinks, when the reader has made up for what the peer was granted before; of a stream that ends, when
   * nothing of it is queued.
   */
  private static final double HELD_UP = 1.5;

  private static final int ALWAYS_THERE = StreamOptions.INITIAL_WINDOW_BYTES;

  private final WindowTuning limits;
  private final MemoryScope memory;
  private int growth;

  WindowTuner(WindowTuning limits, MemoryScope memory) {
    this.limits = limits;
    this.memory = memory;
  }

  /** The window of a new stream: {@code wantedBytes}, or as much of them as there is memory for. */
  ReceiveWindow open(int wantedBytes, long now) {
    int reserved = wantedBytes > ALWAYS_THERE ? memory.reserve(wantedBytes - ALWAYS_THERE) : 0;
    ReceiveWindow window = new ReceiveWindow(ALWAYS_THERE, ALWAYS_THERE + reserved, now);
    window.reserved(reserved);
    return window;
  }

  /**
   * Called before each grant.
   *
   * @param roundTripNanos the link's; 0 where it is not known
   * @return whether the round trip is wanted, and not known
   */
  boolean tune(ReceiveWindow window, long now, long roundTripNanos) {
    keep(window, window.exposed() - ALWAYS_THERE);
    if (!window.isEpochOver()) {
      return false;
    }
    long elapsed = window.beginEpoch(now);
    if (window.queued() >= window.size() / 2) {
      window.resize(Math.max(window.initialSize(), window.size() / 2));
      keep(window, window.exposed() - ALWAYS_THERE);
      return false;
    }
    int room = Math.min(limits.maxStreamBytes() - window.size(), limits.maxGrowthBytes() - growth);
    if (room <= 0) {
      return false;
    }
    if (roundTripNanos == 0) {
      return true;
    }
    if (elapsed < HELD_UP * roundTripNanos) {
      int grown = memory.reserve(Math.min(window.size(), room));
      window.reserved(window.reserved() + grown);
      growth += grown;
      window.resize(window.size() + grown);
    }
    return false;
  }

  /** Nothing of the stream is queued, or will be: others may grow instead. */
  void release(ReceiveWindow window) {
    growth -= Math.max(0, window.reserved() - (window.initialSize() - ALWAYS_THERE));
    memory.release(window.reserved());
    window.reserved(0);
  }

  /** Releases what {@code window} has reserved beyond {@code bytes}. */
  private void keep(ReceiveWindow window, int bytes) {
    int surplus = window.reserved() - bytes;
    if (surplus > 0) {
      growth -= surplus;
      memory.release(surplus);
      window.reserved(bytes);
    }
  }

  /** What all windows have grown by. */
  int growth() {
    return growth;
  }
}
