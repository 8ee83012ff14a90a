package io.echonet.dds.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
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
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder joined = new LongAdder();
  private final Scheduler timer;

  private ChunkCache(CacheConfig config, Scheduler timer) {
    this.chunks = cacheOf(config.chunkBytes());
    this.manifests = cacheOf(config.manifestBytes());
    this.timer = timer;
  }

  /** An empty cache; {@code timer} keeps the patience of those who wait for another's fetch. */
  public static ChunkCache of(CacheConfig config, Scheduler timer) {
    return new ChunkCache(config, timer);
  }

  private static Cache<Cid, Chunk> cacheOf(long bytes) {
    return Caffeine.newBuilder()
        .maximumWeight(bytes)
        .weigher((Cid cid, Chunk chunk) -> Math.max(1, chunk.size()))
        .executor(Runnable::run)
        .recordStats()
        .build();
  }

  /** The chunk or manifest named {@code cid} where it is here, else nothing. */
  public Mono<Chunk> held(Cid cid) {
    return Mono.fromSupplier(() -> find(cid)).doOnNext(chunk -> hits.increment());
  }

  private @Nullable Chunk find(Cid cid) {
    Chunk chunk = chunks.getIfPresent(cid);
    return chunk == null ? manifests.getIfPresent(cid) : chunk;
  }

  /**
   * The chunk named {@code cid}, which is not held, by {@code fetch}; or by another's fetch of it
   * that is under way. Where that one fails, which may be for a reason of its own, or takes longer
   * than {@code patience}, by {@code fetch} after all. It is kept.
   */
  public Mono<Chunk> chunk(Cid cid, Mono<Chunk> fetch, Duration patience) {
    return shared(cid, fetch.doOnNext(chunk -> chunks.put(cid, chunk)), patience);
  }

  /** The same for the manifest named {@code cid}, which many chunks cannot push out. */
  public Mono<Chunk> manifest(Cid cid, Mono<Chunk> fetch, Duration patience) {
    return shared(cid, fetch.doOnNext(chunk -> manifests.put(cid, chunk)), patience);
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
    CacheStats ofChunks = chunks.stats();
    CacheStats ofManifests = manifests.stats();
    return new CacheStatistics(
        hits.sum(),
        misses.sum(),
        joined.sum(),
        ofChunks.evictionCount() + ofManifests.evictionCount(),
        bytesOf(chunks) + bytesOf(manifests));
  }

  private static long bytesOf(Cache<Cid, Chunk> cache) {
    return cache.policy().eviction().orElseThrow().weightedSize().orElse(0);
  }
}
