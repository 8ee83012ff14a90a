package io.echonet.dds.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.DdsException;
import io.echonet.dds.storage.Holding;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.StoredChunk;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Chunks that were fetched, in a store of their own, those of little use first to go. */
final class DiskCache {
  /*
   * Of the store's chunks only the names and lengths are in memory, in a cache that says which are to go. Reading waits
   * for nothing: until all names are known, the store itself is asked. Writing is for later readers, so no reader waits
   * for it, and where the disk does not keep up, or fails, a chunk is not kept.
   */

  private static final Logger LOG = LoggerFactory.getLogger(DiskCache.class);

  /** What may be written at once. */
  private static final long MAX_WRITING_BYTES = 16 * 1024 * 1024;

  private final StorageProvider store;
  private final Cache<Cid, Integer> lengths;
  private final AtomicLong writing = new AtomicLong();
  private final LongAdder hits = new LongAdder();
  private final LongAdder notWritten = new LongAdder();
  private final Disposable.Swap learning = Disposables.swap();
  private volatile boolean isKnown;

  private DiskCache(StorageProvider store, long bytes) {
    this.store = store;
    this.lengths =
        Caffeine.newBuilder()
            .maximumWeight(bytes)
            .weigher((Cid cid, Integer length) -> Math.max(1, length))
            .evictionListener((cid, length, cause) -> delete(Objects.requireNonNull(cid)))
            .executor(Runnable::run)
            .recordStats()
            .build();
  }

  /** A cache of {@code bytes} in {@code store}; begins to find out what that holds already. */
  static DiskCache of(StorageProvider store, long bytes) {
    DiskCache cache = new DiskCache(store, bytes);
    cache.learn();
    return cache;
  }

  private void learn() {
    learning.update(
        store
            .stored()
            .subscribe(
                chunk -> lengths.put(chunk.cid(), chunk.size()),
                failure -> LOG.warn("the cache on disk can't be read: {}", failure.getMessage()),
                () -> isKnown = true));
  }

  private void delete(Cid cid) {
    store
        .delete(cid)
        .subscribe(
            deleted -> {},
            failure -> LOG.debug("could not take {} out of the cache", cid, failure));
  }

  /** The chunk named {@code cid}; nothing where it is not here or can't be read. */
  Mono<Chunk> get(Cid cid) {
    return Mono.defer(
        () ->
            isKnown && lengths.getIfPresent(cid) == null
                ? Mono.empty()
                : store
                    .retrieve(cid)
                    .doOnNext(chunk -> hits.increment())
                    .onErrorResume(DdsException.class, failure -> Mono.empty())
                    .switchIfEmpty(Mono.defer(() -> forget(cid))));
  }

  /** Whether it could not be read or was not there: what is not counted must not stay. */
  private Mono<Chunk> forget(Cid cid) {
    if (lengths.asMap().remove(cid) != null) {
      delete(cid);
    }
    return Mono.empty();
  }

  /** Whether it is here. */
  boolean has(Cid cid) {
    return lengths.getIfPresent(cid) != null;
  }

  /** All that is known to be here. */
  Flux<StoredChunk> all() {
    return Flux.defer(() -> Flux.fromIterable(lengths.asMap().entrySet()))
        .map(held -> new StoredChunk(held.getKey(), held.getValue(), Set.of(Holding.OWN)));
  }

  /** Begins to write {@code chunk}, unless too much is being written. */
  void put(Chunk chunk) {
    int bytes = chunk.size();
    if (writing.addAndGet(bytes) > MAX_WRITING_BYTES) {
      writing.addAndGet(-bytes);
      notWritten.increment();
      return;
    }
    store
        .store(chunk)
        .doFinally(end -> writing.addAndGet(-bytes))
        .subscribe(
            nothing -> {},
            failure -> {
              notWritten.increment();
              LOG.debug("{} is not kept in the cache", chunk, failure);
            },
            () -> lengths.put(chunk.cid(), bytes));
  }

  long hits() {
    return hits.sum();
  }

  long notWritten() {
    return notWritten.sum();
  }

  long evictions() {
    return lengths.stats().evictionCount();
  }

  /** What is here, in bytes. */
  long bytes() {
    return ChunkCache.bytesOf(lengths);
  }

  /** Asks the store for nothing more; what is being written is the store's to complete. */
  void close() {
    learning.dispose();
  }
}
