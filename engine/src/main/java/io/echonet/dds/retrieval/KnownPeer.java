package io.echonet.dds.retrieval;

import io.echonet.dds.network.Fault;
import io.echonet.dds.retrieval.RetrievalStatistics.PeerStatistics;
import io.echonet.dds.transport.PeerId;
import java.util.HashMap;
import java.util.Map;

/** What a retrieval has learnt about one peer that is said to hold its content. */
final class KnownPeer {
  /** A peer that was of no use so often in a row is not counted as one that is known. */
  private static final int USELESS_AFTER = 3;

  private static final int MAX_DOUBLINGS = 4;
  private static final double NEWEST_WEIGHT = 0.2;

  private final PeerId id;
  private final long retryPause;
  private final long lackPause;
  private final Map<FetchTask, Long> lacksUntil = new HashMap<>();
  private int outstanding;
  private int failuresInRow;
  private int busyInRow;
  private int lacksInRow;
  private boolean late;
  private boolean excluded;
  private long restsUntil;
  private double usualNanos;
  private String problem = "";

  private long bytesReceived;
  private long chunksReceived;
  private long duplicates;
  private long failures;

  KnownPeer(PeerId id, RetrievalConfig config, long now) {
    this.id = id;
    this.retryPause = config.retryPause().toNanos();
    this.lackPause = 2 * config.searchPause().toNanos();
    this.restsUntil = now;
  }

  PeerId id() {
    return id;
  }

  int outstanding() {
    return outstanding;
  }

  boolean isExcluded() {
    return excluded;
  }

  boolean hasDelivered() {
    return chunksReceived > 0;
  }

  /** Whether it may be counted on. */
  boolean isUseful() {
    return !excluded && failuresInRow < USELESS_AFTER && lacksInRow < USELESS_AFTER;
  }

  /**
   * Whether it is on probation: asked for one thing at a time, and only where nobody else can be.
   */
  boolean isDoubtful() {
    return failuresInRow > 0 || late || lacksInRow >= USELESS_AFTER;
  }

  boolean mayBeAsked(FetchTask task, int requestsPerPeer, long now) {
    return !excluded
        && outstanding < (isDoubtful() ? 1 : requestsPerPeer)
        && now - restsUntil >= 0
        && !lacks(task, now)
        && !task.isAskedOf(this);
  }

  /** Whether it has said lately that it does not hold the chunk. */
  boolean lacks(FetchTask task, long now) {
    Long until = lacksUntil.get(task);
    return until != null && now - until < 0;
  }

  /** Whether it has ever said that it does not hold the chunk. */
  boolean hasLacked(FetchTask task) {
    return lacksUntil.containsKey(task);
  }

  /** Why it last failed to deliver; empty where it never did. */
  String problem() {
    return problem;
  }

  /** Three times what it usually takes, in nanoseconds; 0 while that is not known. */
  long patience() {
    return (long) (3 * usualNanos);
  }

  void asked() {
    outstanding++;
  }

  void givenUp() {
    outstanding--;
  }

  void isLate() {
    late = true;
  }

  void delivered(long bytes, boolean wanted, long tookNanos) {
    outstanding--;
    failuresInRow = 0;
    busyInRow = 0;
    lacksInRow = 0;
    late = false;
    usualNanos =
        usualNanos == 0 ? tookNanos : usualNanos + NEWEST_WEIGHT * (tookNanos - usualNanos);
    bytesReceived += bytes;
    chunksReceived++;
    if (!wanted) {
      duplicates++;
    }
  }

  void failed(FetchTask task, Fault fault, String why, long now) {
    outstanding--;
    problem = why;
    failures++;
    late = false;
    switch (fault) {
      case NOT_HELD -> {
        lacksInRow++;
        lacksUntil.put(task, now + lackPause);
      }
      case BUSY -> restsUntil = now + pause(busyInRow++);
      case DECLINED -> {
        failuresInRow++;
        restsUntil = now + pause(MAX_DOUBLINGS);
      }
      case MISBEHAVED -> excluded = true;
      case FAILED -> restsUntil = now + pause(failuresInRow++);
    }
  }

  private long pause(int before) {
    return retryPause << Math.min(before, MAX_DOUBLINGS);
  }

  /** Nobody will ask for it again. */
  void forget(FetchTask task) {
    lacksUntil.remove(task);
  }

  PeerStatistics statistics() {
    return new PeerStatistics(
        bytesReceived, chunksReceived, duplicates, failures, outstanding, excluded);
  }
}
