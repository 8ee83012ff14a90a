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
  private boolean wanted;
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
    wanted = false;
    sentAt = now;
    heardAt = now;
    return Verdict.PING;
  }

  /** Whether a check would send a ping. */
  boolean isPingDue(long now) {
    return !waiting && untilNextCheck(now) == 0;
  }

  /** When to check again, in nanoseconds from now, provided that nothing arrives until then. */
  long untilNextCheck(long now) {
    long next =
        waiting
            ? Math.min(timeoutNanos - (now - heardAt), PATIENCE * timeoutNanos - (now - sentAt))
            : wanted ? 0 : intervalNanos - (now - sentAt);
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
    long roundTrip = Math.max(1, now - sentAt);
    roundTripNanos = roundTripNanos == 0 ? roundTrip : Math.min(roundTripNanos, roundTrip);
    return true;
  }

  int value() {
    return value;
  }

  /** Has the next check send a ping, unless one is under way: somebody wants the round trip. */
  void want() {
    wanted = !waiting;
  }

  /** The shortest time that an answer took, which is the link's own; 0 before the first. */
  long roundTripNanos() {
    return roundTripNanos;
  }
}
