package io.echonet.dds.retrieval;

import io.echonet.dds.content.Cid;
import io.echonet.dds.discovery.Discovery;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/**
 * The search for peers of one retrieval, in the background, one at a time, with pauses in between.
 */
final class PeerSearch {
  private static final Logger LOG = LoggerFactory.getLogger(PeerSearch.class);
  private static final int LONGEST_PAUSE = 8;

  private final Discovery discovery;
  private final Cid content;
  private final RetrievalConfig config;
  private final Scheduler timer;
  private final Predicate<PeerId> found;
  private Disposable.Swap walks = Disposables.swap();
  private boolean walking;
  private boolean news;
  private boolean stopped;
  private long latest;
  private long notBefore;
  private long pause;

  /**
   * A search that has not begun.
   *
   * @param found is given each peer, and answers whether it is new
   */
  PeerSearch(
      Discovery discovery,
      Cid content,
      RetrievalConfig config,
      Scheduler timer,
      Predicate<PeerId> found) {
    this.discovery = discovery;
    this.content = content;
    this.config = config;
    this.timer = timer;
    this.found = found;
    this.notBefore = now();
    this.pause = config.searchPause().toNanos();
  }

  /**
   * Searches, unless that is under way or the pause since the last time is not over: for who holds
   * the whole content, and for who holds the chunk that is waited for.
   *
   * @param urgent whether nobody is known that could be asked for it
   * @param decision counts what is decided about searching: what comes here after something that
   *     was decided later has no effect
   */
  void run(Cid chunk, boolean urgent, long decision) {
    Disposable.Swap search;
    synchronized (this) {
      if (isOutdated(decision)) {
        return;
      }
      if (urgent) {
        notBefore = Math.min(notBefore, now() + config.searchPause().toNanos());
        pause = config.searchPause().toNanos();
      }
      if (walking || now() - notBefore < 0) {
        return;
      }
      walking = true;
      news = false;
      stopped = false;
      walks = Disposables.swap();
      search = walks;
    }
    Flux<PeerInfo> holders = discovery.findProviders(content);
    if (!chunk.equals(content)) {
      holders = holders.mergeWith(discovery.findProviders(chunk));
    }
    search.update(
        holders
            .take(config.timeout(), timer)
            .doFinally(end -> ended())
            .subscribe(this::found, error -> LOG.debug("Search for {} failed", content, error)));
  }

  private void found(PeerInfo peer) {
    if (found.test(peer.id())) {
      synchronized (this) {
        news = true;
      }
    }
  }

  private synchronized void ended() {
    walking = false;
    if (stopped) {
      return; // It found no end, so it says nothing of how soon to look again.
    }
    long shortest = config.searchPause().toNanos();
    pause = news ? shortest : Math.min(2 * pause, LONGEST_PAUSE * shortest);
    notBefore = now() + pause;
  }

  private boolean isOutdated(long decision) {
    if (decision < latest) {
      return true;
    }
    latest = decision;
    return false;
  }

  /** Gives up what is under way, as of {@code decision}; it may be run again at once. */
  void stop(long decision) {
    Disposable search;
    synchronized (this) {
      if (isOutdated(decision)) {
        return;
      }
      stopped = true;
      search = walks;
    }
    search.dispose();
  }

  private long now() {
    return timer.now(TimeUnit.NANOSECONDS);
  }
}
