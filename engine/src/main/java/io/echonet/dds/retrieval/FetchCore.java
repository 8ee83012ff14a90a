package io.echonet.dds.retrieval;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.ContentNotFoundException;
import io.echonet.dds.content.ContentUnavailableException;
import io.echonet.dds.content.DdsException;
import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.network.Fault;
import io.echonet.dds.retrieval.RetrievalStatistics.PeerStatistics;
import io.echonet.dds.transport.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides which peer is asked for which chunk; told what happened and what time it is, and nothing
 * else. Not thread-safe.
 */
final class FetchCore {
  /*
   * A chunk goes to the peer that is expected to deliver it first (Choice). What is late by its peer's own measure, and
   * needed next, is asked of a second one, within a budget: the others become the next one soon enough, and a network
   * that is slow for all is not loaded twice. What has been late for long is asked of a second one at any price. When all
   * that a reader will ever want has been asked for, peers that have nothing to do any more help the others.
   *
   * A peer that failed, is late or lacks one chunk after another is on probation (KnownPeer.isDoubtful) until it
   * delivers. One that sent wrong bytes is never asked again, and remembered so that it is not taken for a new one.
   */

  /** So many times the peers that may be asked are remembered with those that may not. */
  private static final int REMEMBERED = 4;

  private static final int MAX_PROBLEMS_TOLD = 5;

  /** With so many peers asked for one chunk already, the next is asked after a longer time. */
  private static final int MANY_ATTEMPTS = 4;

  private static final int LONGER = 4;

  /** So many of the chunks that a reader needs next may be asked for twice. */
  private static final int MAX_HEDGED = 4;

  /** What is fetched ahead of a reader at least, as soon as its first chunk has come. */
  static final long LEAST_WINDOW_BYTES = 8L * Chunk.MAX_BYTES;

  /** The length that a manifest is taken to have before it has come. */
  private static final long MANIFEST_BYTES = Chunk.MAX_BYTES;

  private final RetrievalConfig config;
  private final PeerMemory memory;
  private final Runnable wake;
  private final Map<PeerId, KnownPeer> peers = new LinkedHashMap<>();

  /** Who may be asked, the one chosen longest ago first. */
  private final Set<KnownPeer> askable = new LinkedHashSet<>();

  private final Set<Reader> readers = new LinkedHashSet<>();
  private final Choice choice;
  private final HedgeBudget budget = new HedgeBudget();

  /**
   * @param wake is run when {@link #next} may have more to ask than before; must not block
   */
  FetchCore(RetrievalConfig config, PeerMemory memory, Runnable wake) {
    this.config = config;
    this.memory = memory;
    this.wake = wake;
    this.choice = new Choice(askable, config);
  }

  /** Learns that {@code id} may hold the content; answers whether that is news. */
  boolean add(PeerId id, long now) {
    if (peers.containsKey(id)) {
      return false;
    }
    if (askable.size() >= config.maxPeers()) {
      makeRoom();
    }
    if (askable.size() >= config.maxPeers()) {
      return false;
    }
    if (peers.size() >= REMEMBERED * config.maxPeers()) {
      forgetAnExcluded();
    }
    KnownPeer peer = new KnownPeer(id, config, memory, wake, now);
    if (isWanted()) {
      peer.join();
    }
    peers.put(id, peer);
    askable.add(peer);
    return true;
  }

  /** Names are cheap to invent: one that proved to be of no use gives its place to another. */
  private void makeRoom() {
    askable.stream()
        .filter(peer -> peer.isDoubtful() && !peer.hasDelivered())
        .findFirst()
        .ifPresent(
            peer -> {
              askable.remove(peer);
              peers.remove(peer.id());
              peer.leave();
            });
  }

  /**
   * Who sent wrong bytes is remembered beyond this retrieval, so the first may be forgotten here.
   */
  private void forgetAnExcluded() {
    peers.values().stream()
        .filter(KnownPeer::isExcluded)
        .findFirst()
        .ifPresent(peer -> peers.remove(peer.id()));
  }

  /** Notes that {@code reader} waits for the manifest. */
  FetchTask wantManifest(Reader reader, Cid cid, long now) {
    return want(reader, FetchTask.MANIFEST, cid, MANIFEST_BYTES, now);
  }

  /** Notes that {@code reader} waits for the chunk at {@code index}, of {@code bytes}. */
  FetchTask want(Reader reader, int index, Cid cid, long bytes, long now) {
    FetchTask task = new FetchTask(reader, index, cid, bytes);
    if (readers.isEmpty()) {
      askable.forEach(KnownPeer::join);
    }
    readers.add(reader);
    reader.add(task, now);
    return task;
  }

  /** Forgets {@code task}; answers its requests that are under way, which are to be given up. */
  List<Attempt> drop(FetchTask task) {
    Reader reader = task.reader();
    if (!reader.tasks().remove(task)) {
      return List.of();
    }
    List<Attempt> attempts = List.copyOf(task.attempts());
    task.attempts().clear();
    attempts.forEach(attempt -> attempt.peer().over(attempt));
    peers.values().forEach(peer -> peer.forget(task));
    if (reader.tasks().isEmpty()) {
      readers.remove(reader);
      if (readers.isEmpty()) {
        peers.values().forEach(this::remember);
        askable.forEach(KnownPeer::leave);
      }
    }
    return attempts;
  }

  private void remember(KnownPeer peer) {
    PeerMemory.Entry entry = peer.toRemember();
    if (entry != null) {
      memory.put(peer.id(), entry);
    }
  }

  /** What to ask now; counted as asked from here on. */
  List<Attempt> next(long now) {
    List<Attempt> attempts = new ArrayList<>();
    choice.planAnew();
    for (Ranked next : unasked()) {
      FetchTask task = next.task();
      ask(task, choice.first(task, now), now, attempts);
      if (!choice.anyRoom(now)) {
        break;
      }
    }
    choice.planAnew();
    for (Reader reader : readers) {
      hedge(reader, now, attempts);
      if (reader.isEndInSight()) {
        help(reader, now, attempts);
      }
    }
    askable.forEach(KnownPeer::settle);
    return attempts;
  }

  /** A task, and how many others its reader needs before it. */
  private record Ranked(int rank, FetchTask task) {}

  /** What nobody is asked for, what readers need next first. */
  private List<Ranked> unasked() {
    List<Ranked> all = new ArrayList<>();
    for (Reader reader : readers) {
      int rank = 0;
      for (FetchTask task : reader.tasks()) {
        if (task.attempts().isEmpty()) {
          all.add(new Ranked(rank, task));
        }
        rank++;
      }
    }
    if (readers.size() > 1) {
      all.sort(Comparator.comparingInt(Ranked::rank));
    }
    return all;
  }

  /** Whoever was asked last and is late gets company; all of them may be late on purpose. */
  private void hedge(Reader reader, long now, List<Attempt> attempts) {
    int looked = 0;
    for (FetchTask task : reader.tasks()) {
      int asked = task.attempts().size();
      if (asked > 0) {
        Attempt last = task.attempts().get(asked - 1);
        long waited = now - last.startedAt();
        long patience = patience(last);
        if (waited >= patience) {
          last.noteLate(now);
          boolean isLate = waited >= Math.max(hedgeAfter(), 2 * patience);
          boolean isVeryLate = waited >= LONGER * hedgeAfter();
          boolean atAnyPrice = asked >= MANY_ATTEMPTS ? isVeryLate : isLate;
          if (atAnyPrice || (asked < MANY_ATTEMPTS && budget.allows(task.bytes()))) {
            askTwice(task, choice.second(task, now), !atAnyPrice, now, attempts);
          }
        }
      }
      if (++looked == MAX_HEDGED) {
        return;
      }
    }
  }

  private long hedgeAfter() {
    return config.hedgeAfter().toNanos();
  }

  /** How long {@code attempt} may take before it is late. */
  private long patience(Attempt attempt) {
    if (attempt.task().isManifest()) {
      return Math.max(hedgeAfter(), attempt.expectedNanos());
    }
    // However slow the peer is known to be: where another is fast, that is what may be expected.
    long others = 3 * choice.shortest();
    if (attempt.expectedNanos() > 0) {
      return Math.min(attempt.peer().patience(attempt), Math.max(hedgeAfter(), others));
    }
    return others == 0
        ? hedgeAfter()
        : Math.min(hedgeAfter(), Math.max(others, config.leastLateness().toNanos()));
  }

  /**
   * Has those that have nothing to do ask for what others will take more than twice as long for.
   */
  private void help(Reader reader, long now, List<Attempt> attempts) {
    for (FetchTask task : reader.tasks().descendingSet()) {
      if (task.attempts().size() == 1 && budget.allows(task.bytes())) {
        Attempt only = task.attempts().get(0);
        long waited = now - only.startedAt();
        long left = Math.max(only.expectedNanos() - waited, waited);
        askTwice(task, choice.idle(task, left / 2, now), true, now, attempts);
      }
    }
  }

  private void askTwice(
      FetchTask task,
      @Nullable KnownPeer peer,
      boolean ofBudget,
      long now,
      List<Attempt> attempts) {
    if (peer != null) {
      budget.spend(ofBudget ? task.bytes() : 0);
      ask(task, peer, now, attempts);
    }
  }

  private void ask(FetchTask task, @Nullable KnownPeer peer, long now, List<Attempt> attempts) {
    if (peer != null) {
      Attempt attempt = new Attempt(task, peer, now);
      peer.asked(attempt);
      task.attempts().add(attempt);
      attempts.add(attempt);
      askable.remove(peer);
      askable.add(peer);
    }
  }

  /** How much of it is worth fetching ahead of a reader, in bytes. */
  long windowBytes() {
    long underWay = 0;
    for (KnownPeer peer : askable) {
      if (peer.isUseful() && peer.speed().isKnown()) {
        underWay += Math.min(peer.speed().worthKeeping(), peer.room() * (long) Chunk.MAX_BYTES);
      }
    }
    // As much again may have come and wait for something that comes later.
    return Math.min(config.windowBytes(), Math.max(LEAST_WINDOW_BYTES, 2 * underWay));
  }

  /**
   * Notes that the chunk has come and is right; answers whether it was still waited for. If so the
   * task is done, and {@link #drop} answers what else is under way for it.
   */
  boolean delivered(Attempt attempt, long bytes, long now) {
    FetchTask task = attempt.task();
    boolean underWay = task.attempts().remove(attempt);
    boolean wanted = underWay && task.reader().tasks().contains(task);
    attempt.peer().delivered(attempt, bytes, wanted, now);
    budget.received(bytes);
    if (wanted) {
      task.reader().progressed(now);
    }
    return wanted;
  }

  /**
   * Notes that there will be no chunk from this request; answers the others at the same peer, to be
   * given up, where it is not to be trusted any more.
   */
  List<Attempt> failed(Attempt attempt, Fault fault, String problem, long now) {
    if (!attempt.task().attempts().remove(attempt)) {
      return List.of(); // It was given up before.
    }
    KnownPeer peer = attempt.peer();
    peer.failed(attempt, fault, problem, now);
    if (!peer.isExcluded()) {
      return List.of();
    }
    remember(peer);
    askable.remove(peer);
    List<Attempt> others = List.copyOf(peer.attempts());
    for (Attempt other : others) {
      other.task().attempts().remove(other);
      peer.over(other);
    }
    peer.leave();
    return others;
  }

  /** Whether somebody waits. */
  boolean isWanted() {
    return !readers.isEmpty();
  }

  /** Whether more peers should be looked for. */
  boolean needsPeers() {
    return isWanted()
        && askable.stream().filter(KnownPeer::isUseful).count() < config.enoughPeers();
  }

  /** What is waited for most: the next chunk of the reader that began first. */
  Optional<FetchTask> head() {
    return readers.stream().findFirst().map(reader -> reader.first());
  }

  /** Whether something is waited for that nobody is asked for. */
  boolean isStarving() {
    for (Reader reader : readers) {
      for (FetchTask task : reader.tasks()) {
        if (task.attempts().isEmpty()) {
          return true;
        }
      }
    }
    return false;
  }

  /** The readers that have waited too long. */
  List<Reader> timedOut(long now) {
    List<Reader> all = new ArrayList<>();
    for (Reader reader : readers) {
      if (isOverdue(reader, now)) {
        noteProgressOfLines(reader);
        if (isOverdue(reader, now)) {
          all.add(reader);
        }
      }
    }
    return all;
  }

  private boolean isOverdue(Reader reader, long now) {
    return now - reader.lastProgress() >= config.timeout().toNanos();
  }

  /** That others are before it is no fault of a peer that serves those: its turn comes. */
  private void noteProgressOfLines(Reader reader) {
    for (KnownPeer peer : askable) {
      if (peer.isInLine() && peer.deliveredAt() - reader.lastProgress() > 0) {
        reader.progressed(peer.deliveredAt());
      }
    }
  }

  /** Whether nothing is under way, and something waits for a turn of which the core is told. */
  boolean isOnlyInLine() {
    boolean inLine = false;
    for (KnownPeer peer : askable) {
      if (peer.outstanding() > 0) {
        return false;
      }
      inLine |= peer.isInLine();
    }
    return inLine;
  }

  /** Why {@code reader} did not get what it waits for first. */
  DdsException failure(Reader reader) {
    FetchTask task = reader.first();
    String what = task.isManifest() ? "manifest " : "chunk " + task.index() + ", ";
    what += task.cid() + " within " + words(config.timeout());
    boolean anyWrong = peers.values().stream().anyMatch(KnownPeer::isExcluded);
    if (anyWrong && askable.stream().noneMatch(KnownPeer::hasDelivered)) {
      return new IntegrityException("all that was offered was wrong: " + what + problems());
    }
    if (askable.stream().anyMatch(peer -> !peer.hasLacked(task))) {
      return new ContentUnavailableException(
          "nodes are known to hold it, but none delivered " + what + problems());
    }
    return new ContentNotFoundException("no node was found that holds " + what + problems());
  }

  private static String words(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }

  private String problems() {
    return peers.values().stream()
        .map(KnownPeer::problem)
        .filter(problem -> !problem.isEmpty())
        .limit(MAX_PROBLEMS_TOLD)
        .map(problem -> "; " + problem)
        .collect(Collectors.joining());
  }

  /** How often one more peer was asked for what another was asked for already. */
  long hedges() {
    return budget.times();
  }

  Map<PeerId, PeerStatistics> statistics() {
    Map<PeerId, PeerStatistics> all = new LinkedHashMap<>();
    peers.values().forEach(peer -> all.put(peer.id(), peer.statistics()));
    return all;
  }
}
