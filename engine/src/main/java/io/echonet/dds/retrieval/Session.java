package io.echonet.dds.retrieval;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.DdsException;
import io.echonet.dds.content.InvalidManifestException;
import io.echonet.dds.discovery.Discovery;
import io.echonet.dds.network.ExchangeException;
import io.echonet.dds.network.Fault;
import io.echonet.dds.network.NetworkService;
import io.echonet.dds.retrieval.RetrievalStatistics.PeerStatistics;
import io.echonet.dds.transport.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/** Fetches the manifest and the chunks of one content from all peers that are known to hold it. */
final class Session {
  /*
   * What is decided is decided by the core, under this object's lock, which is held for no longer than that: requests
   * begin and end, and chunks are handed on, outside of it. While something is waited for a tick goes by, which is
   * when peers have rested, requests become late and readers run out of time.
   */

  private static final Logger LOG = LoggerFactory.getLogger(Session.class);
  private static final long LONGEST_TICK = Duration.ofMillis(50).toNanos();

  /** While it waits in line for a peer, a session looks around with one of so many ticks. */
  private static final int TICKS_IN_LINE = 20;

  private final NetworkService network;
  private final RetrievalConfig config;
  private final Scheduler timer;
  private final PeerSearch search;
  private final FetchCore core;
  private final Map<FetchTask, MonoSink<Chunk>> waiting = new HashMap<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private long decisions;
  private int skippedTicks;
  private @Nullable Disposable ticks;

  Session(
      Cid content,
      NetworkService network,
      Discovery discovery,
      RetrievalConfig config,
      PeerMemory memory,
      Scheduler timer) {
    this.network = network;
    this.config = config;
    this.timer = timer;
    this.search = new PeerSearch(discovery, content, config, timer, this::found);
    this.core = new FetchCore(config, memory, this::wake);
  }

  /** The manifest, verified, on the hashing scheduler. Else as {@link #fetch}. */
  Mono<Chunk> fetchManifest(Cid cid) {
    return fetch(now -> core.wantManifest(new Reader(FetchTask.MANIFEST), cid, now));
  }

  /**
   * The chunk at {@code index}, verified, on the hashing scheduler. Fails when {@code reader} has
   * got nothing for the configured time; cancelling gives up its requests.
   *
   * @param bytes its length, which is not checked
   */
  Mono<Chunk> fetch(Reader reader, int index, Cid cid, long bytes) {
    return fetch(now -> core.want(reader, index, cid, bytes, now));
  }

  private Mono<Chunk> fetch(LongFunction<FetchTask> want) {
    return Mono.create(
        sink -> {
          FetchTask task = begin(want, sink);
          sink.onCancel(() -> giveUp(task));
          pump();
        });
  }

  private synchronized FetchTask begin(LongFunction<FetchTask> want, MonoSink<Chunk> sink) {
    FetchTask task = want.apply(now());
    waiting.put(task, sink);
    if (ticks == null) {
      long period = Math.min(LONGEST_TICK, config.retryPause().toNanos());
      ticks = timer.schedulePeriodically(this::tick, period, period, TimeUnit.NANOSECONDS);
    }
    return task;
  }

  private void giveUp(FetchTask task) {
    List<Attempt> attempts;
    boolean idle;
    long decision;
    synchronized (this) {
      waiting.remove(task);
      attempts = core.drop(task);
      idle = rest();
      decision = ++decisions;
    }
    dispose(attempts);
    if (idle) {
      search.stop(decision);
    }
  }

  /** Stops ticking where nobody waits, and answers that. */
  private boolean rest() {
    if (core.isWanted()) {
      return false;
    }
    if (ticks != null) {
      ticks.dispose();
      ticks = null;
    }
    return true;
  }

  private boolean found(PeerId peer) {
    boolean news;
    synchronized (this) {
      news = core.add(peer, now());
    }
    if (news) {
      pump();
    }
    return news;
  }

  private void tick() {
    if (hasNothingToDo()) {
      return;
    }
    for (Expired expired : expired()) {
      dispose(expired.attempts);
      expired.sinks.forEach(sink -> sink.error(expired.error));
    }
    pump();
  }

  /** Ticks of very many sessions cost more than what they are for: one in line is woken. */
  private synchronized boolean hasNothingToDo() {
    if (core.isOnlyInLine() && ++skippedTicks < TICKS_IN_LINE) {
      return true;
    }
    skippedTicks = 0;
    return false;
  }

  private synchronized List<Expired> expired() {
    List<Expired> all = new ArrayList<>();
    for (Reader reader : core.timedOut(now())) {
      Expired expired = new Expired(core.failure(reader), new ArrayList<>(), new ArrayList<>());
      for (FetchTask task : List.copyOf(reader.tasks())) {
        expired.attempts.addAll(core.drop(task));
        MonoSink<Chunk> sink = waiting.remove(task);
        if (sink != null) {
          expired.sinks.add(sink);
        }
      }
      all.add(expired);
    }
    return all;
  }

  /** Begins what can be begun. */
  private void pump() {
    List<Attempt> attempts;
    Cid head = null;
    boolean urgent = false;
    boolean idle;
    long decision;
    synchronized (this) {
      attempts = core.next(now());
      idle = rest();
      decision = ++decisions;
      if (core.isStarving() || core.needsPeers()) {
        urgent = core.isStarving();
        head = core.head().map(FetchTask::cid).orElse(null);
      }
    }
    attempts.forEach(this::begin);
    if (head != null) {
      search.run(head, urgent, decision);
    } else if (idle) {
      search.stop(decision);
    }
  }

  /** As {@link #pump}, soon, and on the timer's thread. */
  private void wake() {
    if (woken.compareAndSet(false, true)) {
      try {
        timer.schedule(
            () -> {
              woken.set(false);
              pump();
            });
      } catch (RejectedExecutionException e) {
        LOG.debug("Nothing is begun any more: the node has been closed");
      }
    }
  }

  private void begin(Attempt attempt) {
    FetchTask task = attempt.task();
    PeerId peer = attempt.peer().id();
    Mono<Chunk> chunk =
        task.isManifest()
            ? network.retrieveManifest(peer, task.cid())
            : network.retrieveChunk(peer, task.cid());
    attempt
        .request()
        .update(
            chunk.subscribe(
                arrived -> delivered(attempt, arrived), error -> failed(attempt, error)));
  }

  private void delivered(Attempt attempt, Chunk chunk) {
    List<Attempt> others = List.of();
    MonoSink<Chunk> sink = null;
    synchronized (this) {
      if (core.delivered(attempt, chunk.size(), now())) {
        others = core.drop(attempt.task());
        sink = waiting.remove(attempt.task());
      }
    }
    dispose(others);
    pump();
    if (sink != null) {
      sink.success(chunk);
    }
  }

  private void failed(Attempt attempt, Throwable error) {
    if (error instanceof InvalidManifestException) {
      hopeless(attempt.task(), error);
      return;
    }
    Fault fault = error instanceof ExchangeException known ? known.fault() : Fault.FAILED;
    List<Attempt> others;
    synchronized (this) {
      others = core.failed(attempt, fault, String.valueOf(error.getMessage()), now());
    }
    dispose(others);
    pump();
  }

  /** What was asked for is here and is no manifest: nobody has a better one. */
  private void hopeless(FetchTask task, Throwable error) {
    MonoSink<Chunk> sink;
    synchronized (this) {
      sink = waiting.get(task);
    }
    giveUp(task);
    if (sink != null) {
      sink.error(error);
    }
  }

  private static void dispose(List<Attempt> attempts) {
    attempts.forEach(attempt -> attempt.request().dispose());
  }

  synchronized Map<PeerId, PeerStatistics> statistics() {
    return core.statistics();
  }

  /** How much of the content is worth fetching ahead of a reader now. */
  synchronized long windowBytes() {
    return core.windowBytes();
  }

  synchronized long hedges() {
    return core.hedges();
  }

  private long now() {
    return timer.now(TimeUnit.NANOSECONDS);
  }

  /** A reader that has run out of time. */
  private record Expired(DdsException error, List<Attempt> attempts, List<MonoSink<Chunk>> sinks) {}
}
