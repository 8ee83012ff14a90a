package io.echonet.dds.retrieval;

import java.util.Collection;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds the peer that is expected to deliver a chunk first. */
final class Choice {
  /*
   * Which is often one that has enough to do for now: then the chunk waits for it, and what it will take is counted as
   * planned, so that sooner or later another peer is the first for one of the chunks behind it. Thus every peer is given
   * as much as its speed is worth, and none the chunk that all wait for because it alone had nothing to do. Of peers of
   * unknown speed each is given one chunk, at once, to know it by.
   */

  private final Collection<KnownPeer> askable;
  private final long doubt;
  private long usual;

  /**
   * @param askable who may be asked, the one chosen longest ago first; a view
   * @param config its time before hedging is what a peer on probation is taken to need
   */
  Choice(Collection<KnownPeer> askable, RetrievalConfig config) {
    this.askable = askable;
    this.doubt = config.hedgeAfter().toNanos();
  }

  /** Forgets what chunks were meant for whom. */
  void planAnew() {
    boolean anyStranger = false;
    for (KnownPeer peer : askable) {
      peer.planAnew();
      anyStranger |= !peer.speed().isKnown();
    }
    usual = anyStranger ? usual() : 0;
  }

  private long usual() {
    long[] known =
        askable.stream()
            .filter(KnownPeer::isMeasured)
            .mapToLong(peer -> peer.speed().expected(0))
            .sorted()
            .toArray();
    return known.length == 0 ? 0 : known[(known.length - 1) / 2] + 1;
  }

  /** Whether anybody could be given anything now. */
  boolean anyRoom(long now) {
    for (KnownPeer peer : askable) {
      if (!peer.isResting(now) && peer.hasRoom()) {
        return true;
      }
    }
    return false;
  }

  /** Whom to ask for {@code task} now; null where it should wait, or has to. */
  @Nullable KnownPeer first(FetchTask task, long now) {
    KnownPeer best = best(task, now, peer -> peer.hasRoom() || peer.isMeasured());
    if (best != null && !best.hasRoom()) {
      best.plan(task.bytes());
      best.await();
      return null;
    }
    return best;
  }

  /**
   * Whom to ask for {@code task} now that those asked before are late; null where nobody can be.
   */
  @Nullable KnownPeer second(FetchTask task, long now) {
    KnownPeer best = best(task, now, KnownPeer::hasRoom);
    if (best == null) {
      KnownPeer later = best(task, now, KnownPeer::isMeasured);
      if (later != null) {
        later.await();
      }
    }
    return best;
  }

  /** Who has nothing to do and would deliver {@code task} within {@code nanos}; null for nobody. */
  @Nullable KnownPeer idle(FetchTask task, long nanos, long now) {
    KnownPeer best =
        best(task, now, peer -> peer.outstanding() == 0 && peer.isMeasured() && peer.hasRoom());
    return best != null && best.expectedAt(now) < nanos ? best : null;
  }

  private @Nullable KnownPeer best(FetchTask task, long now, Predicate<KnownPeer> may) {
    KnownPeer best = null;
    long shortest = Long.MAX_VALUE;
    for (KnownPeer peer : askable) {
      if (may.test(peer) && peer.mayServe(task, now)) {
        long time = time(peer, now);
        if (time < shortest) {
          best = peer;
          shortest = time;
        }
      }
    }
    return best;
  }

  private long time(KnownPeer peer, long now) {
    // Of a peer of unknown speed no more is hoped for than of others: names are cheap, and what all
    // wait for is not.
    long expected = Math.max(peer.expectedAt(now), peer.speed().isKnown() ? 0 : usual);
    return peer.isDoubtful() ? Math.max(doubt, expected) : expected;
  }

  /** What a chunk takes at the fastest peer, in nanoseconds; 0 where none is known. */
  long shortest() {
    return askable.stream()
        .filter(KnownPeer::isMeasured)
        .mapToLong(KnownPeer::expected)
        .min()
        .orElse(0);
  }
}
