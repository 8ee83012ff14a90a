package io.echonet.dds.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.storage.Holding;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.StoredChunk;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Verified chunks and manifests that were fetched lately, by their bytes, those of little use first
 * to go; and one fetch for all who want the same at the same time. Thread-safe.
 */
public final class ChunkCache {
  private final Cache<Cid, Chunk> chunks;
  private final Cache<Cid, Chunk> manifests;
  private final ConcurrentMap<Cid, SharedFetch> underWay = new ConcurrentHashMap<>();
  private final @Nullable DiskCache disk;
  private final boolean announced;
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder joined = new LongAdder();
  private final Scheduler timer;

  private volatile Consumer<Chunk> whenKept = chunk -> {};

  private ChunkCache(CacheConfig config, @Nullable DiskCache disk, Scheduler timer) {
    this.chunks = cacheOf(config.chunkBytes());
    this.manifests = cacheOf(config.manifestBytes());
    this.disk = disk;
    this.announced = config.announced();
    this.timer = timer;
  }

  /** An empty cache; {@code timer} keeps the patience of those who wait for another's fetch. */
  public static ChunkCache of(CacheConfig config, Scheduler timer) {
    return new ChunkCache(config, null, timer);
  }

  /**
   * A cache that keeps what comes in {@code store} too, and has what is there. The store is for
   * nothing else, and stays the caller's, who closes it after {@link #close()}.
   */
  public static ChunkCache of(CacheConfig config, StorageProvider store, Scheduler timer) {
    return new ChunkCache(config, DiskCache.of(store, config.diskBytes()), timer);
  }

  private static Cache<Cid, Chunk> cacheOf(long bytes) {
    return Caffeine.newBuilder()
        .maximumWeight(bytes)
        .weigher((Cid cid, Chunk chunk) -> Math.max(1, chunk.size()))
        .executor(Runnable::run)
        .recordStats()
        .build();
  }

  /** Has {@code listener} told of each chunk and manifest that is kept from now on. */
  public void whenKept(Consumer<Chunk> listener) {
    whenKept = listener;
  }

  /** Whether the network is to be told of what is kept. */
  public boolean isAnnounced() {
    return announced;
  }

  /** The chunk or manifest named {@code cid} where it is here, else nothing. */
  public Mono<Chunk> held(Cid cid) {
    return Mono.fromSupplier(() -> find(cid))
        .doOnNext(chunk -> hits.increment())
        .switchIfEmpty(onDisk(cid));
  }

  private @Nullable Chunk find(Cid cid) {
    Chunk chunk = chunks.getIfPresent(cid);
    return chunk == null ? manifests.getIfPresent(cid) : chunk;
  }

  private Mono<Chunk> onDisk(Cid cid) {
    return disk == null ? Mono.empty() : disk.get(cid);
  }

  /** Whether {@link #held} would find it. */
  boolean has(Cid cid) {
    return find(cid) != null || (disk != null && disk.has(cid));
  }

  /** All that is here, in no order; what comes or goes meanwhile may be among it or not. */
  Flux<StoredChunk> all() {
    Flux<StoredChunk> inMemory =
        Flux.just(chunks, manifests)
            .concatMapIterable(cache -> cache.asMap().values())
            .filter(chunk -> disk == null || !disk.has(chunk.cid()))
            .map(chunk -> new StoredChunk(chunk.cid(), chunk.size(), Set.of(Holding.OWN)));
    return disk == null ? inMemory : inMemory.concatWith(disk.all());
  }

  /**
   * What {@code store} holds and what is here, as one store to read from. What is stored goes into
   * {@code store}, whose all else is.
   */
  public StorageProvider over(StorageProvider store) {
    return new StoreWithCache(store, this);
  }

  /**
   * The chunk named {@code cid}, which is not held, by {@code fetch}; or by another's fetch of it
   * that is under way. Where that one fails, which may be for a reason of its own, or takes longer
   * than {@code patience}, by {@code fetch} after all. It is kept.
   */
  public Mono<Chunk> chunk(Cid cid, Mono<Chunk> fetch, Duration patience) {
    return shared(cid, fetch.doOnNext(chunk -> keep(chunks, chunk)), patience);
  }

  /** The same for the manifest named {@code cid}, which many chunks cannot push out. */
  public Mono<Chunk> manifest(Cid cid, Mono<Chunk> fetch, Duration patience) {
    return shared(cid, fetch.doOnNext(chunk -> keep(manifests, chunk)), patience);
  }

  private void keep(Cache<Cid, Chunk> memory, Chunk chunk) {
    if (bound(memory).getMaximum() > 0) {
      memory.put(chunk.cid(), chunk);
    }
    if (disk != null) {
      disk.put(chunk);
    }
    whenKept.accept(chunk);
  }

  private Mono<Chunk> shared(Cid cid, Mono<Chunk> fetch, Duration patience) {
    return Mono.defer(
        () -> {
          SharedFetch mine = new SharedFetch(over -> underWay.remove(cid, over));
          while (true) {
            SharedFetch others = underWay.putIfAbsent(cid, mine);
            if (others == null) {
              misses.increment();
              return mine.begin(fetch);
            }
            if (others.admit()) {
              joined.increment();
              return others.join().timeout(patience, Mono.empty(), timer).switchIfEmpty(fetch);
            }
            underWay.remove(cid, others);
          }
        });
  }

  /** How many fetches are under way. */
  int underWay() {
    return underWay.size();
  }

  /** What it has done so far. */
  public CacheStatistics statistics() {
    return new CacheStatistics(
        hits.sum(),
        disk == null ? 0 : disk.hits(),
        misses.sum(),
        joined.sum(),
        evictionsOf(chunks) + evictionsOf(manifests) + (disk == null ? 0 : disk.evictions()),
        disk == null ? 0 : disk.notWritten(),
        bytesOf(chunks) + bytesOf(manifests),
        disk == null ? 0 : disk.bytes());
  }

  private static long evictionsOf(Cache<?, ?> cache) {
    return cache.stats().evictionCount();
  }

  /** What {@code cache} holds, by its weigher. */
  static long bytesOf(Cache<?, ?> cache) {
    return bound(cache).weightedSize().orElse(0);
  }

  private static Policy.Eviction<?, ?> bound(Cache<?, ?> cache) {
    return cache.policy().eviction().orElseThrow();
  }

  /** Asks the store on disk for nothing more; what is being written is the store's to complete. */
  public void close() {
    if (disk != null) {
      disk.close();
    }
  }
}
