package io.echonet.dds.keeping;

import io.echonet.dds.content.DdsException;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.StorageUsage;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Keeps a store that has a quota from filling up with what nothing keeps: beyond the high mark such
 * chunks are taken down to the low one. Thread-safe.
 */
final class Eviction {
  private static final Logger LOG = LoggerFactory.getLogger(Eviction.class);

  /** How full the store is is asked again when this much more has been stored. */
  private static final long LOOK_AFTER_BYTES = 4 * 1024 * 1024;

  /** Where nothing can be taken, all chunks are not walked again for each that comes. */
  private static final Duration REST = Duration.ofSeconds(10);

  private final StorageProvider store;
  private final Collector collector;
  private final KeepingConfig config;
  private final Scheduler timer;
  private @Nullable Mono<Boolean> underWay;
  private long unseenBytes = LOOK_AFTER_BYTES;
  private long notBefore = Long.MIN_VALUE;

  Eviction(StorageProvider store, Collector collector, KeepingConfig config, Scheduler timer) {
    this.store = store;
    this.collector = collector;
    this.config = config;
    this.timer = timer;
  }

  /** A chunk was stored; now and then that makes it look, and take what is too much. */
  void stored(int bytes) {
    synchronized (this) {
      unseenBytes += bytes;
      if (unseenBytes < LOOK_AFTER_BYTES) {
        return;
      }
      unseenBytes = 0;
    }
    store
        .usage()
        .filter(
            usage -> usage.isLimited() && usage.bytes() > mark(usage, config.quotaHighPercent()))
        .flatMap(full -> makeRoom())
        .subscribe(made -> {}, failure -> LOG.debug("can't tell how full the store is", failure));
  }

  /**
   * Takes what nothing keeps down to the low mark, once for all who ask at the same time; answers
   * whether anything went. Does not fail. A store without a quota is left alone: nothing is taken
   * by surprise.
   */
  Mono<Boolean> makeRoom() {
    return Mono.defer(this::joinOrBegin);
  }

  private synchronized Mono<Boolean> joinOrBegin() {
    if (underWay == null) {
      if (timer.now(TimeUnit.NANOSECONDS) < notBefore) {
        return Mono.just(false);
      }
      underWay =
          store
              .usage()
              .filter(StorageUsage::isLimited)
              .flatMap(
                  usage -> collector.evict(usage.bytes() - mark(usage, config.quotaLowPercent())))
              .doOnNext(
                  taken ->
                      LOG.info(
                          "took {} chunks, {} bytes, that nothing keeps, for the quota",
                          taken.chunks(),
                          taken.bytes()))
              .map(taken -> taken.chunks() > 0)
              .defaultIfEmpty(false)
              .onErrorResume(
                  DdsException.class,
                  e -> {
                    LOG.warn("no room was made below the quota: {}", e.getMessage());
                    return Mono.just(false);
                  })
              .doOnNext(this::over)
              .cache();
    }
    return underWay;
  }

  private synchronized void over(boolean made) {
    underWay = null;
    notBefore = made ? Long.MIN_VALUE : timer.now(TimeUnit.NANOSECONDS) + REST.toNanos();
  }

  private static long mark(StorageUsage usage, int percent) {
    long quota = usage.quotaBytes();
    return quota / 100 * percent + quota % 100 * percent / 100;
  }
}
