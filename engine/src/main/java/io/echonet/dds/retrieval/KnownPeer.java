package io.echonet.dds.retrieval;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.network.Fault;
import io.echonet.dds.retrieval.RetrievalStatistics.PeerStatistics;
import io.echonet.dds.transport.PeerId;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a retrieval has learnt about one peer that is said to hold its content. */
final class KnownPeer {
  /** A peer that was of no use so often in a row is not counted as one that is known. */
  private static final int USELESS_AFTER = 3;

  private static final int MAX_DOUBLINGS = 4;

  /** What is asked of a peer at once even where it is so near that less would do. */
  private static final int FEWEST_REQUESTS = 4;

  /** What is asked of a peer at once should not take longer. */
  private static final Duration LONGEST_QUEUE = Duration.ofSeconds(2);

  private final PeerId id;
  private final RetrievalConfig config;
  private final PeerSpeed speed;
  private final long retryPause;
  private final long lackPause;
  private final Map<FetchTask, Long> lacksUntil = new HashMap<>();
  private final Set<Attempt> outstanding = new LinkedHashSet<>();
  private long outstandingBytes;
  private long plannedBytes;
  private double busyAbove = Integer.MAX_VALUE;
  private int failuresInRow;
  private int busyInRow;
  private int lacksInRow;
  private int lateInRow;
  private boolean suspect;
  private boolean excluded;
  private long restsUntil;
  private long failedAt;
  private String problem = "";

  private long bytesReceived;
  private long chunksReceived;
  private long duplicates;
  private long failures;

  /** A peer of which {@code memory} is all that is known. */
  KnownPeer(PeerId id, RetrievalConfig config, PeerMemory.Entry memory, long now) {
    this.id = id;
    this.config = config;
    this.speed = memory.speed() == null ? new PeerSpeed() : new PeerSpeed(memory.speed(), now);
    this.suspect = memory.misbehaved();
    this.retryPause = config.retryPause().toNanos();
    this.lackPause = 2 * config.searchPause().toNanos();
    this.restsUntil = now;
    this.failedAt = now;
  }

  PeerId id() {
    return id;
  }

  PeerSpeed speed() {
    return speed;
  }

  int outstanding() {
    return outstanding.size();
  }

  /** Its requests that are under way, the oldest first. */
  Set<Attempt> attempts() {
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
    return failuresInRow > 0 || lateInRow > 0 || suspect || lacksInRow >= USELESS_AFTER;
  }

  /** Whether {@code task} may be asked of it at all, as soon as it {@link #hasRoom}. */
  boolean mayServe(FetchTask task, long now) {
    return !excluded && !isResting(now) && !lacks(task, now) && !task.isAskedOf(this);
  }

  boolean hasRoom() {
    return outstanding.size() < room();
  }

  boolean isResting(long now) {
    return now - restsUntil < 0;
  }

  /** How many requests it is given at once. */
  int room() {
    if (isDoubtful() || !speed.isKnown()) {
      return 1;
    }
    long wanted = Math.max(FEWEST_REQUESTS, speed.worthAsking() / Chunk.MAX_BYTES + 1);
    // What a slow peer would have to send for long is better asked for one by one.
    long inTime = 1 + speed.within(LONGEST_QUEUE) / Chunk.MAX_BYTES;
    long most = Math.min(config.requestsPerPeer(), (long) busyAbove);
    return (int) Math.max(1, Math.min(most, Math.min(inTime, wanted)));
  }

  /** How long a chunk would take that it is asked for now; 0 where its speed is not known. */
  long expected() {
    return speed.isKnown() ? speed.expected(outstandingBytes + plannedBytes) : 0;
  }

  /** The same, but for what it is late with already: as late again is what it may take. */
  long expectedAt(long now) {
    return outstanding.isEmpty()
        ? expected()
        : Math.max(expected(), now - outstanding.iterator().next().startedAt());
  }

  /** Notes that {@code bytes} more are meant for it, for as long as one round of choosing. */
  void plan(long bytes) {
    plannedBytes += bytes;
  }

  void planAnew() {
    plannedBytes = 0;
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

  /** How long after it began {@code attempt} of this peer is late, if its speed was known. */
  long patience(Attempt attempt) {
    // Bounded, so that nobody can make lateness usual by being late a little more each time.
    long usual = Math.min(4 * speed.usualDelay(), config.hedgeAfter().toNanos());
    long spread = Math.max(attempt.expectedNanos() / 2, usual);
    return attempt.expectedNanos() + Math.max(spread, config.leastLateness().toNanos());
  }

  void asked(Attempt attempt) {
    outstanding.add(attempt);
    outstandingBytes += attempt.task().bytes();
  }

  /** Answers whether it was under way. */
  boolean over(Attempt attempt) {
    boolean underWay = outstanding.remove(attempt);
    if (underWay) {
      outstandingBytes -= attempt.task().bytes();
    }
    return underWay;
  }

  /** It is left alone for a while, and then tried with one request. */
  void isLate(long now) {
    restsUntil = now + pause(lateInRow++);
  }

  void delivered(Attempt attempt, long bytes, boolean wanted, long now) {
    over(attempt);
    failuresInRow = 0;
    busyInRow = 0;
    lacksInRow = 0;
    lateInRow = 0;
    suspect = false;
    restsUntil = now;
    busyAbove += 1 / busyAbove;
    speed.delivered(
        bytes, attempt.receivedBefore(), attempt.expectedNanos(), attempt.startedAt(), now);
    bytesReceived += bytes;
    chunksReceived++;
    if (!wanted) {
      duplicates++;
    }
  }

  void failed(Attempt attempt, Fault fault, String why, long now) {
    over(attempt);
    problem = why;
    failures++;
    // What was asked for before the last failure fails with it, and is no further one.
    boolean another = attempt.startedAt() - failedAt >= 0;
    switch (fault) {
      case NOT_HELD -> {
        lacksInRow++;
        lacksUntil.put(attempt.task(), now + lackPause);
      }
      case BUSY -> {
        if (another) {
          busyAbove = Math.max(1, Math.min(outstanding.size(), busyAbove));
          restsUntil = now + pause(busyInRow++);
          failedAt = now;
        }
      }
      case DECLINED -> {
        failuresInRow++;
        restsUntil = now + pause(MAX_DOUBLINGS);
      }
      case MISBEHAVED -> excluded = true;
      case FAILED -> {
        if (another) {
          restsUntil = now + pause(failuresInRow++);
          failedAt = now;
        }
      }
    }
  }

  private long pause(int before) {
    return retryPause << Math.min(before, MAX_DOUBLINGS);
  }

  /** Nobody will ask for it again. */
  void forget(FetchTask task) {
    lacksUntil.remove(task);
  }

  /** What later retrievals should know of it that this one has learnt; null for nothing. */
  PeerMemory.@Nullable Entry toRemember() {
    return excluded || hasDelivered()
        ? new PeerMemory.Entry(speed.isKnown() ? speed.remembered() : null, excluded)
        : null;
  }

  PeerStatistics statistics() {
    return new PeerStatistics(
        bytesReceived, chunksReceived, duplicates, failures, outstanding.size(), excluded);
  }
}
