package io.echonet.dds.transport.yamux;

/** What the peer may send on a stream, and what it has earned anew because the reader consumed. */
final class ReceiveWindow {
  /*
   * At all times: available + queued for the reader + earned == size. So a peer that has nothing left to spend either
   * waits for a reader that has something to read, or everything was consumed, which is more than what makes a grant
   * due.
   *
   * When the size grows the peer has earned the difference; when it shrinks the reader has to consume as much first, for
   * what was granted can't be taken back: `earned` may be negative.
   */

  /**
   * A grant of this much is worth a frame, however large the window. The peer never has more than
   * the rest of the window under way, so that large windows want to be topped up sooner than at
   * half.
   */
  private static final int WORTH_A_FRAME = 1024 * 1024;

  private final int initialSize;
  private int reserved;
  private int size;
  private int available;
  private int earned;
  private boolean early;
  private long epochBegan;
  private long epochBytes;

  /**
   * @param granted what the peer may send already
   * @param size what it may send once it has been told; the difference is due at once
   * @param now when the stream was opened
   */
  ReceiveWindow(int granted, int size, long now) {
    this.initialSize = size;
    this.size = size;
    this.available = granted;
    this.earned = size - granted;
    this.early = earned > 0;
    this.epochBegan = now;
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
    epochBytes += bytes;
  }

  /**
   * Whether telling the peer is worth a frame: for half the window or a MiB, or when it still has
   * to be told the size.
   */
  boolean isGrantDue() {
    return early || earned >= Math.min(size - size / 2, WORTH_A_FRAME);
  }

  /** Grants the peer what it has earned, and answers how much that is. */
  int grant() {
    int granted = Math.max(0, earned);
    available += granted;
    earned -= granted;
    early = false;
    return granted;
  }

  void resize(int newSize) {
    earned += newSize - size;
    size = newSize;
  }

  /** Whether half of the window was consumed since {@link #beginEpoch}. */
  boolean isEpochOver() {
    return epochBytes >= size - size / 2;
  }

  /** Begins to measure anew; answers how many nanoseconds the last epoch took. */
  long beginEpoch(long now) {
    long took = now - epochBegan;
    epochBegan = now;
    epochBytes = 0;
    return took;
  }

  int available() {
    return available;
  }

  /** What waits for the reader. */
  int queued() {
    return size - available - earned;
  }

  /** What may be queued at a time: what is, and what the peer may still send. */
  int exposed() {
    return size - Math.min(0, earned);
  }

  int size() {
    return size;
  }

  /** What the stream was opened with. */
  int initialSize() {
    return initialSize;
  }

  /** What is reserved for it of the memory that connections share; kept for {@link WindowTuner}. */
  int reserved() {
    return reserved;
  }

  void reserved(int bytes) {
    reserved = bytes;
  }
}
