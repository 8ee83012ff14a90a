package io.echonet.dds.transport.yamux;

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
   */
  private static final double HELD_UP = 1.5;

  private final WindowTuning limits;
  private int growth;

  WindowTuner(WindowTuning limits) {
    this.limits = limits;
  }

  /**
   * Called before each grant.
   *
   * @param roundTripNanos the link's; 0 where it is not known
   * @return whether the round trip is wanted, and not known
   */
  boolean tune(ReceiveWindow window, long now, long roundTripNanos) {
    if (!window.isEpochOver()) {
      return false;
    }
    long elapsed = window.beginEpoch(now);
    if (window.queued() >= window.size() / 2) {
      resize(window, Math.max(window.initialSize(), window.size() / 2));
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
      resize(window, window.size() + Math.min(window.size(), room));
    }
    return false;
  }

  /** The stream has ended: others may grow instead. */
  void release(ReceiveWindow window) {
    growth -= window.size() - window.initialSize();
  }

  private void resize(ReceiveWindow window, int size) {
    growth += size - window.size();
    window.resize(size);
  }

  /** What all windows have grown by. */
  int growth() {
    return growth;
  }
}
