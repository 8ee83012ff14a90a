package io.echonet.dds.retrieval;

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
import java.util.HashMap;
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
   * A chunk goes to the peer with the fewest requests outstanding, among those that may have it; of several to the
   * one that was chosen longest ago. So all are used side by side, and one that answers faster is asked more. The
   * chunk that its reader needs next is asked of a second peer when the first is late, the others are not: they
   * become the next one soon enough, and a slow network is not loaded twice.
   *
   * A peer that failed, is late or lacks one chunk after another is on probation (KnownPeer.isDoubtful) until it
   * delivers. One that sent wrong bytes is never asked again, and remembered so that it is not taken for a new one.
   */

  /** So many times the peers that may be asked are remembered with those that may not. */
  private static final int REMEMBERED = 4;

  private static final int MAX_PROBLEMS_TOLD = 5;

  /** How many peers may be asked for one chunk at a time. */
  private static final int MAX_ATTEMPTS = 4;

  private final RetrievalConfig config;
  private final Map<PeerId, KnownPeer> peers = new HashMap<>();

  /** Who may be asked, the one chosen longest ago first. */
  private final Set<KnownPeer> askable = new LinkedHashSet<>();

  private final Set<Reader> readers = new LinkedHashSet<>();
  private long hedges;

  FetchCore(RetrievalConfig config) {
    this.config = config;
  }

  /** Learns that {@code id} may hold the content; answers whether that is news. */
  boolean add(PeerId id, long now) {
    if (peers.containsKey(id)) {
      return false;
    }
    if (askable.size() >= config.maxPeers()) {
      makeRoom();
    }
    if (askable.size() >= config.maxPeers() || peers.size() >= REMEMBERED * config.maxPeers()) {
      return false;
    }
    KnownPeer peer = new KnownPeer(id, config, now);
    peers.put(id, peer);
    askable.add(peer);
    return true;
  }

  /** Names are cheap to invent: one that proved to be of no use gives its place to another. */
  private void makeRoom() {
    askable.stream()
        .filter(peer -> !peer.isUseful() && peer.outstanding() == 0 && !peer.hasDelivered())
        .findFirst()
        .ifPresent(
            peer -> {
              askable.remove(peer);
              peers.remove(peer.id());
            });
  }

  /** Notes that {@code reader} waits for the chunk at {@code index}. */
  FetchTask want(Reader reader, int index, Cid cid, long now) {
    FetchTask task = new FetchTask(reader, index, cid);
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
    if (reader.tasks().isEmpty()) {
      readers.remove(reader);
    }
    List<Attempt> attempts = List.copyOf(task.attempts());
    task.attempts().clear();
    attempts.forEach(attempt -> attempt.peer().givenUp());
    peers.values().forEach(peer -> peer.forget(task));
    return attempts;
  }

  /** What to ask now; counted as asked from here on. */
  List<Attempt> next(long now) {
    List<Attempt> attempts = new ArrayList<>();
    for (Reader reader : readers) {
      for (FetchTask task : reader.tasks()) {
        if (task.attempts().isEmpty()) {
          ask(task, now, attempts);
        }
      }
      hedge(reader.first(), now, attempts);
    }
    return attempts;
  }

  /** Whoever was asked last and is late gets company; all of them may be late on purpose. */
  private void hedge(FetchTask task, long now, List<Attempt> attempts) {
    int asked = task.attempts().size();
    if (asked > 0 && asked < MAX_ATTEMPTS) {
      Attempt last = task.attempts().get(asked - 1);
      long patience = Math.max(config.hedgeAfter().toNanos(), last.peer().patience());
      if (now - last.startedAt() >= patience) {
        last.peer().isLate();
        ask(task, now, attempts);
        hedges += task.attempts().size() - asked;
      }
    }
  }

  private void ask(FetchTask task, long now, List<Attempt> attempts) {
    KnownPeer peer = choose(task, now);
    if (peer != null) {
      Attempt attempt = new Attempt(task, peer, now);
      peer.asked();
      task.attempts().add(attempt);
      attempts.add(attempt);
    }
  }

  private @Nullable KnownPeer choose(FetchTask task, long now) {
    KnownPeer best = null;
    for (KnownPeer peer : askable) {
      if (peer.mayBeAsked(task, config.requestsPerPeer(), now)
          && (best == null || isBetter(peer, best))) {
        best = peer;
      }
    }
    if (best != null) {
      askable.remove(best);
      askable.add(best);
    }
    return best;
  }

  private static boolean isBetter(KnownPeer peer, KnownPeer other) {
    return peer.isDoubtful() != other.isDoubtful()
        ? other.isDoubtful()
        : peer.outstanding() < other.outstanding();
  }

  /**
   * Notes that the chunk has come and is right; answers whether it was still waited for. If so the
   * task is done, and {@link #drop} answers what else is under way for it.
   */
  boolean delivered(Attempt attempt, long bytes, long now) {
    FetchTask task = attempt.task();
    boolean underWay = task.attempts().remove(attempt);
    boolean wanted = underWay && task.reader().tasks().contains(task);
    if (!underWay) {
      attempt.peer().asked(); // It was counted as given up, and came all the same.
    }
    attempt.peer().delivered(bytes, wanted, now - attempt.startedAt());
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
    peer.failed(attempt.task(), fault, problem, now);
    return peer.isExcluded() && askable.remove(peer) ? takeAttempts(peer) : List.of();
  }

  private List<Attempt> takeAttempts(KnownPeer peer) {
    List<Attempt> taken = new ArrayList<>();
    for (Reader reader : readers) {
      for (FetchTask task : reader.tasks()) {
        task.attempts().stream().filter(attempt -> attempt.peer() == peer).forEach(taken::add);
      }
    }
    for (Attempt attempt : taken) {
      attempt.task().attempts().remove(attempt);
      peer.givenUp();
    }
    return taken;
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
    return readers.stream()
        .filter(reader -> now - reader.lastProgress() >= config.timeout().toNanos())
        .toList();
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

  /** How often a second peer was asked because the first was late. */
  long hedges() {
    return hedges;
  }

  Map<PeerId, PeerStatistics> statistics() {
    Map<PeerId, PeerStatistics> all = new LinkedHashMap<>();
    peers.values().forEach(peer -> all.put(peer.id(), peer.statistics()));
    return all;
  }
}
