package io.echonet.dds.transport.yamux;

import java.time.Duration;

/** Whether the peer is still there: pings that were sent, and what has arrived since. */
final class KeepAlive {
  /**
   * How many timeouts an answer may take while other things arrive. It may be queued behind data,
   * on either side, and a slow link takes long for a full socket buffer; yet a peer that never
   * answers does not read what we send.
   */
  private static final int PATIENCE = 4;

  enum Verdict {
    /** Send a ping with {@link #value}. */
    PING,
    WAIT,
    DEAD
  }

  private final long intervalNanos;
  private final long timeoutNanos;
  private int value;
  private boolean waiting;
  private long sentAt;
  private long heardAt;
  private long roundTripNanos;

  KeepAlive(Duration interval, Duration timeout, long now) {
    this.intervalNanos = interval.toNanos();
    this.timeoutNanos = timeout.toNanos();
    this.sentAt = now;
  }

  /** What to do now. */
  Verdict check(long now) {
    if (untilNextCheck(now) > 0) {
      return Verdict.WAIT;
    }
    if (waiting) {
      return Verdict.DEAD;
    }
    value++;
    waiting = true;
    sentAt = now;
    heardAt = now;
    return Verdict.PING;
  }

  /** When to check again, in nanoseconds from now, provided that nothing arrives until then. */
  long untilNextCheck(long now) {
    long next =
        waiting
            ? Math.min(timeoutNanos - (now - heardAt), PATIENCE * timeoutNanos - (now - sentAt))
            : intervalNanos - (now - sentAt);
    return Math.max(0, next);
  }

  void onBytes(long now) {
    heardAt = now;
  }

  /** Whether that was the answer waited for. */
  boolean onAnswer(int answered, long now) {
    if (!waiting || answered != value) {
      return false;
    }
    waiting = false;
    roundTripNanos = now - sentAt;
    return true;
  }

  int value() {
    return value;
  }

  /**
   * The time the last answer took; 0 before the first. Receive windows that tune themselves will
   * want it.
   */
  long roundTripNanos() {
    return roundTripNanos;
  }
}
