package io.echonet.dds.transport.yamux;

/** What the peer may send on a stream, and what it has earned anew because the reader consumed. */
final class ReceiveWindow {
  /*
   * At all times: available + queued for the reader + earned == size. So a peer that has nothing left to spend either
   * waits for a reader that has something to read, or everything was consumed, which is more than the half that makes
   * a grant due.
   *
   * The size is fixed. A later version may let grant() answer more than was earned, and grow the size by as much.
   */
  private final int size;
  private int available;
  private int earned;
  private boolean early;

  /**
   * @param granted what the peer may send already
   * @param size what it may send once it has been told; the difference is due at once
   */
  ReceiveWindow(int granted, int size) {
    this.size = size;
    this.available = granted;
    this.earned = size - granted;
    this.early = earned > 0;
  }

  /** Takes what arrives off the window. False where that is more than the peer was granted. */
  boolean take(long bytes) {
    if (bytes > available) {
      return false;
    }
    available -= (int) bytes;
    return true;
  }

  /** The reader was handed as much. */
  void consume(int bytes) {
    earned += bytes;
  }

  /**
   * Whether telling the peer is worth a frame: for half the window, or when it still has to be told
   * the size.
   */
  boolean isGrantDue() {
    return early || earned >= size - size / 2;
  }

  /** Grants the peer what it has earned, and answers how much that is. */
  int grant() {
    int granted = earned;
    available += granted;
    earned = 0;
    early = false;
    return granted;
  }

  int available() {
    return available;
  }

  int size() {
    return size;
  }
}
