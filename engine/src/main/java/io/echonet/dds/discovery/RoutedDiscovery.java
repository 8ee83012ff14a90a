package io.echonet.dds.discovery;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.InvalidManifestException;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.transport.AddressSource;
import io.echonet.dds.transport.ContentRouting;
import io.echonet.dds.transport.ContentRouting.Provided;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.PeerStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Discovery by the provider records of a content routing. */
final class RoutedDiscovery implements Discovery {
  /*
   * Three lanes, so that none waits for another: manifests one by one at once, because a content is found by its
   * manifest; what was queued in batches, whose keys share walks; and now and then everything that is stored. What
   * could not be announced goes back into the queue, and what the queue has no room for is caught by the third lane.
   */
  private static final Logger LOG = LoggerFactory.getLogger(RoutedDiscovery.class);

  /** A node that has just started knows the network within moments. */
  private static final Duration FIRST_RETRY = Duration.ofMillis(500);

  private final ContentRouting routing;
  private final PeerStore peerStore;
  private final StorageProvider store;
  private final DiscoveryConfig config;
  private final Scheduler timer;
  private final AnnounceQueue manifests;
  private final AnnounceQueue chunks;
  private final Lane manifestLane = new Lane(this::announceManifests);
  private final Lane chunkLane = new Lane(this::announceChunks);
  private final Lane storeLane = new Lane(this::announceStore);
  private final Disposable.Composite work = Disposables.composite();
  private final Disposable.Swap storeAlarm = Disposables.swap();
  private long storeAlarmAt = Long.MAX_VALUE;
  private int missesInARow;

  RoutedDiscovery(
      ContentRouting routing,
      PeerStore peerStore,
      StorageProvider store,
      DiscoveryConfig config,
      Scheduler timer) {
    this.routing = routing;
    this.peerStore = peerStore;
    this.store = store;
    this.config = config;
    this.timer = timer;
    this.manifests = new AnnounceQueue(config.maxPendingAnnouncements());
    this.chunks = new AnnounceQueue(config.maxPendingAnnouncements());
    work.add(storeAlarm);
  }

  void start() {
    announceStoreAfter(config.announceAtStart() ? Duration.ZERO : config.republishEvery());
  }

  @Override
  public void announce(Chunk chunk) {
    if (isManifest(chunk)) {
      manifests.add(chunk.cid());
      manifestLane.start();
    } else {
      chunks.add(chunk.cid());
      chunkLane.start();
    }
  }

  private static boolean isManifest(Chunk chunk) {
    try {
      Manifest.decode(chunk);
      return true;
    } catch (InvalidManifestException e) {
      return false;
    }
  }

  @Override
  public Flux<PeerInfo> findProviders(Cid cid) {
    return routing
        .findProviders(cid.multihash(), config.maxProviders())
        .doOnNext(
            peer ->
                peerStore.addAddresses(
                    peer.id(), peer.addresses(), AddressSource.HEARD, config.addressLife()));
  }

  @Override
  public int pendingAnnouncements() {
    return manifests.size() + chunks.size();
  }

  @Override
  public Mono<Void> close() {
    return Mono.fromRunnable(work::dispose);
  }

  private Mono<Boolean> announceManifests() {
    List<Cid> cids = manifests.take(config.parallelAnnouncements());
    return Flux.fromIterable(cids)
        .flatMap(this::announceManifest, config.parallelAnnouncements(), 1)
        .then(Mono.fromSupplier(() -> manifests.size() > 0));
  }

  private Mono<Integer> announceManifest(Cid cid) {
    return routing
        .provide(cid.multihash())
        .timeout(config.announceTimeout(), timer)
        .onErrorResume(
            error -> {
              LOG.debug("Could not announce {}", cid, error);
              return Mono.just(0);
            })
        .doOnNext(
            peers -> {
              if (peers == 0) {
                laterAgain(manifests, manifestLane, List.of(cid));
              }
            });
  }

  private Mono<Boolean> announceChunks() {
    List<Cid> cids = chunks.take(config.announcementBatch());
    return announceAll(Flux.fromIterable(cids))
        .filter(provided -> provided.peers() == 0)
        .map(provided -> Cid.of(provided.key().digest()))
        .collectList()
        .onErrorResume(
            error -> {
              LOG.debug("Could not announce {} chunks", cids.size(), error);
              return Mono.just(cids);
            })
        .map(
            missed -> {
              laterAgain(chunks, chunkLane, missed);
              return missed.isEmpty() && chunks.size() > 0;
            });
  }

  /** Puts what was missed back and leaves the network alone for a while. */
  private void laterAgain(AnnounceQueue queue, Lane lane, List<Cid> missed) {
    if (!missed.isEmpty()) {
      later(
          () -> {
            missed.forEach(queue::add);
            lane.start();
          },
          config.retryPause());
    }
    if (manifests.takeOverflowed() || chunks.takeOverflowed()) {
      announceStoreAfter(config.retryPause());
    }
  }

  /** Everything; where nobody takes it there is no network yet, and it is tried again soon. */
  private Mono<Boolean> announceStore() {
    return announceAll(store.storedCids())
        .takeUntil(provided -> provided.peers() == 0)
        .map(provided -> provided.peers() > 0)
        .last(true)
        .onErrorResume(
            error -> {
              if (work.isDisposed()) {
                LOG.debug("Closed while announcing what is stored", error);
              } else {
                LOG.warn("Could not announce what is stored", error);
              }
              return Mono.just(false);
            })
        .map(
            all -> {
              missesInARow = all ? 0 : missesInARow + 1;
              announceStoreAfter(all ? config.republishEvery() : pauseAfterMiss());
              return false;
            });
  }

  /** Twice as long each time, up to the retry pause. */
  private Duration pauseAfterMiss() {
    Duration pause = FIRST_RETRY.multipliedBy(1L << Math.min(missesInARow - 1, 20));
    return pause.compareTo(config.retryPause()) < 0 ? pause : config.retryPause();
  }

  private Flux<Provided> announceAll(Flux<Cid> cids) {
    Flux<Multihash> keys = cids.map(Cid::multihash);
    return routing.provideAll(keys);
  }

  /** After {@code pause}, or sooner where that was said before. */
  private synchronized void announceStoreAfter(Duration pause) {
    long at = timer.now(TimeUnit.MILLISECONDS) + pause.toMillis();
    if (at < storeAlarmAt) {
      storeAlarmAt = at;
      storeAlarm.update(
          timer.schedule(this::announceStoreNow, pause.toMillis(), TimeUnit.MILLISECONDS));
    }
  }

  private void announceStoreNow() {
    synchronized (this) {
      storeAlarmAt = Long.MAX_VALUE;
    }
    storeLane.start();
  }

  private void later(Runnable task, Duration pause) {
    Disposable.Swap self = Disposables.swap();
    work.add(self);
    self.update(
        timer.schedule(
            () -> {
              work.remove(self);
              task.run();
            },
            pause.toMillis(),
            TimeUnit.MILLISECONDS));
  }

  /** Work that is done round after round, by one at a time, while there is any. */
  private final class Lane {
    private final Supplier<Mono<Boolean>> round;
    private final AtomicBoolean running = new AtomicBoolean();
    private final AtomicBoolean wanted = new AtomicBoolean();

    /**
     * @param round answers whether there is more to do at once
     */
    Lane(Supplier<Mono<Boolean>> round) {
      this.round = round;
    }

    void start() {
      wanted.set(true);
      if (work.isDisposed() || !running.compareAndSet(false, true)) {
        return;
      }
      Disposable.Swap self = Disposables.swap();
      work.add(self);
      self.update(
          Mono.defer(
                  () -> {
                    wanted.set(false);
                    return round.get();
                  })
              .doOnNext(
                  more -> {
                    if (more) {
                      wanted.set(true);
                    }
                  })
              .repeat(wanted::get)
              .then()
              .doFinally(
                  end -> {
                    work.remove(self);
                    running.set(false);
                    if (wanted.get()) {
                      start();
                    }
                  })
              .subscribe(done -> {}, error -> LOG.error("Announcing has failed", error)));
    }
  }
}
