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

  static final int MAX_DOUBLINGS = 4;

  /** What is asked of a peer at once even where it is so near that less would do. */
  private static final int FEWEST_REQUESTS = 4;

  /** What is asked of a peer at once should not take longer. */
  private static final Duration LONGEST_QUEUE = Duration.ofSeconds(2);

  private final PeerId id;
  private final RetrievalConfig config;
  private final PeerMemory memory;
  private final Runnable wake;
  private final long retryPause;
  private final long lackPause;
  private final Map<FetchTask, Long> lacksUntil = new HashMap<>();
  private final Set<Attempt> outstanding = new LinkedHashSet<>();
  private PeerLoad load;
  private boolean joined;
  private boolean awaited;
  private long plannedBytes;
  private int failuresInRow;
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

  /**
   * A peer of which this retrieval knows no more than is in {@code memory}.
   *
   * @param wake is run when it may be asked for what had to wait; must not block
   */
  KnownPeer(PeerId id, RetrievalConfig config, PeerMemory memory, Runnable wake, long now) {
    PeerMemory.Entry before = memory.of(id);
    PeerSpeed.Remembered speed = before.speed();
    this.id = id;
    this.config = config;
    this.memory = memory;
    this.wake = wake;
    this.load = new PeerLoad(speed == null ? new PeerSpeed() : new PeerSpeed(speed, now), now);
    this.suspect = before.misbehaved();
    this.retryPause = config.retryPause().toNanos();
    this.lackPause = 2 * config.searchPause().toNanos();
    this.restsUntil = now;
    this.failedAt = now;
  }

  PeerId id() {
    return id;
  }

  PeerSpeed speed() {
    return load.speed();
  }

  /** Takes part in what all retrievals ask of it together; answers itself. */
  KnownPeer join() {
    if (!joined) {
      joined = true;
      load = memory.join(id, load);
    }
    return this;
  }

  /** Ends that; nothing may be under way. */
  void leave() {
    if (joined) {
      joined = false;
      memory.leave(this, load);
    }
  }

  /** Tells the retrieval that it may ask for something. */
  void wake() {
    wake.run();
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
    return (isMeasured() || outstanding.isEmpty())
        && load.admits(this, outstanding.size(), roomOfAll());
  }

  /** Notes that something waits until it {@link #hasRoom}. */
  void await() {
    awaited = true;
  }

  /** Waits in line for that, or no more. */
  void settle() {
    if (awaited) {
      load.await(this, outstanding.size(), roomOfAll());
    } else {
      load.renounce(this);
    }
    awaited = false;
  }

  /** Whether something waits in line. */
  boolean isInLine() {
    return load.isInLine(this);
  }

  /** When it last delivered anything to this node. */
  long deliveredAt() {
    return load.deliveredAt();
  }

  boolean isResting(long now) {
    return now - restsUntil < 0 || load.isResting(now);
  }

  /** Whether its speed is known and holds. */
  boolean isMeasured() {
    return speed().isKnown() && !isDoubtful();
  }

  /** How many requests it is given at once for this retrieval, where all others want much too. */
  int room() {
    return isMeasured() ? load.share(roomOfAll()) : 1;
  }

  /** How many requests it is given at once by all retrievals together. */
  private int roomOfAll() {
    PeerSpeed speed = speed();
    int most = Math.min(config.requestsPerPeer(), load.most());
    if (!speed.isKnown()) {
      return most;
    }
    long wanted = Math.max(FEWEST_REQUESTS, speed.worthAsking() / Chunk.MAX_BYTES + 1);
    // What a slow peer would have to send for long is better asked for one by one.
    long inTime = 1 + speed.within(LONGEST_QUEUE) / Chunk.MAX_BYTES;
    return (int) Math.max(1, Math.min(most, Math.min(inTime, wanted)));
  }

  /** How long a chunk would take that it is asked for now; 0 where its speed is not known. */
  long expected() {
    return speed().isKnown() ? speed().expected(load.bytesBefore(this) + plannedBytes) : 0;
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
    long usual = Math.min(4 * speed().usualDelay(), config.hedgeAfter().toNanos());
    long spread = Math.max(attempt.expectedNanos() / 2, usual);
    return attempt.expectedNanos() + Math.max(spread, config.leastLateness().toNanos());
  }

  void asked(Attempt attempt) {
    outstanding.add(attempt);
    load.begin(attempt.task().bytes());
  }

  /** Answers whether it was under way. */
  boolean over(Attempt attempt) {
    boolean underWay = outstanding.remove(attempt);
    if (underWay) {
      load.end(attempt.task().bytes());
    }
    return underWay;
  }

  /** It is left alone for a while, and then tried with one request. */
  void isLate(long now) {
    restsUntil = now + pause(lateInRow++);
  }

  void delivered(Attempt attempt, long bytes, boolean wanted, long now) {
    boolean underWay = over(attempt);
    failuresInRow = 0;
    lacksInRow = 0;
    lateInRow = 0;
    suspect = false;
    restsUntil = now;
    if (underWay) {
      load.delivered(now);
      speed()
          .delivered(
              bytes, attempt.receivedBefore(), attempt.expectedNanos(), attempt.startedAt(), now);
    }
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
      case BUSY -> load.busy(attempt.startedAt(), memory.spread(retryPause), now);
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
        ? new PeerMemory.Entry(speed().isKnown() ? speed().remembered() : null, excluded)
        : null;
  }

  PeerStatistics statistics() {
    return new PeerStatistics(
        bytesReceived, chunksReceived, duplicates, failures, outstanding.size(), excluded);
  }
}
