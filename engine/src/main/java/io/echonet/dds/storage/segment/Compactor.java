package io.echonet.dds.storage.segment;

import io.echonet.dds.storage.disk.DiskTasks;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Gives back the room of what was deleted: one segment after another, at a set rate, beside all
 * else.
 */
final class Compactor {
  private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);

  /** Changes of one step that wait for one sync. */
  private static final int WIDTH = 1024;

  private final String name;
  private final SegmentLog log;
  private final CommitQueue queue;
  private final DiskTasks disk;
  private final long bytesPerSecond;
  private final AtomicBoolean running = new AtomicBoolean();
  private final Disposable.Swap work = Disposables.swap();

  Compactor(
      String name, SegmentLog log, CommitQueue queue, DiskTasks disk, SegmentStoreConfig config) {
    this.name = name;
    this.log = log;
    this.queue = queue;
    this.disk = disk;
    this.bytesPerSecond = config.compactionBytesPerSecond();
  }

  /** Begins unless it has begun, if there is now something to gain from that segment. */
  void wake(int segment) {
    if (!running.get() && log.isCompactible(segment)) {
      wake();
    }
  }

  /** Begins unless it has begun. */
  void wake() {
    if (running.compareAndSet(false, true)) {
      work.update(
          next()
              .repeat()
              .takeWhile(found -> found)
              .doFinally(end -> running.set(false))
              .subscribe(
                  found -> {},
                  error -> LOG.warn("{}: cannot compact: {}", name, error.toString())));
    }
  }

  /** Begins nothing more; what is under way is completed by those who do it. */
  void stop() {
    running.set(true);
    work.dispose();
  }

  /** Compacts a segment; emits whether there was one. */
  private Mono<Boolean> next() {
    return disk.run(log::compactible)
        .flatMap(segment -> compact(segment).thenReturn(true))
        .defaultIfEmpty(false);
  }

  private Mono<Void> compact(Segment segment) {
    Compaction compaction = new Compaction(log, segment);
    return disk.run(compaction::next)
        .flatMap(this::carryOut)
        .repeat()
        .takeWhile(more -> more)
        .then(disk.run(() -> log.isEmptied(segment)))
        .flatMap(emptied -> emptied ? retire(segment) : Mono.empty());
  }

  /** Emits whether there was anything to do. */
  private Mono<Boolean> carryOut(List<Change> changes) {
    if (changes.isEmpty()) {
      return Mono.just(false);
    }
    long bytes = changes.stream().mapToLong(Change::maxBytes).sum();
    Duration pause = Duration.ofNanos((long) (1e9 * bytes / bytesPerSecond));
    return Flux.fromIterable(changes)
        .flatMap(queue::submit, WIDTH, 1)
        .then(Mono.delay(pause, Schedulers.parallel()))
        .thenReturn(true);
  }

  private Mono<Void> retire(Segment segment) {
    return queue
        .submit(new Change.Retire(segment.number()))
        .then(
            disk.run(
                () -> {
                  log.delete(segment);
                  LOG.debug("{}: {} is compacted", name, segment);
                  return null;
                }));
  }
}
