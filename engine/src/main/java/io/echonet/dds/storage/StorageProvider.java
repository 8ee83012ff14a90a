package io.echonet.dds.storage;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The chunks and manifests kept on this node. Methods may be called from any thread and at once;
 * work starts on subscription, and what may block runs on the store's own bounded threads, never on
 * the caller's. What has begun is completed when its subscriber cancels. After {@link #close()}
 * everything fails.
 */
public interface StorageProvider {
  /** Chunks that {@link #storeAll} and {@link #hasAll} have under way at once, by default. */
  int BATCH_CHUNKS = 64;

  /** Keeps {@code chunk} as {@link Holding#OWN}. */
  default Mono<Void> store(Chunk chunk) {
    return store(chunk, Holding.OWN);
  }

  /**
   * Keeps {@code chunk}; completes when it and the reason would survive a power cut (where the
   * store is durable at all). One already held for that reason completes at once, and one that is
   * being stored, with that; reasons add up.
   *
   * <p>Errors: {@link StorageFullException} where quota or disk are full, {@link StorageException}
   * else. After an error nothing half-written stays, and the chunk is held only if it was before.
   */
  Mono<Void> store(Chunk chunk, Holding holding);

  /** Keeps all of {@code chunks} as {@link Holding#OWN}. */
  default Mono<Void> storeAll(Publisher<Chunk> chunks) {
    return storeAll(chunks, Holding.OWN);
  }

  /**
   * As {@link #store(Chunk, Holding)} for each of {@code chunks}, of which no more are asked for
   * than are made durable together; completes when all are. The first error ends it, and what was
   * stored by then stays.
   */
  default Mono<Void> storeAll(Publisher<Chunk> chunks, Holding holding) {
    return Flux.from(chunks).flatMap(chunk -> store(chunk, holding), BATCH_CHUNKS, 1).then();
  }

  /**
   * The chunk named {@code cid}, or empty where it is not held. The store makes sure that it is
   * what was stored, by its hash or by a checksum of its own.
   *
   * <p>Errors: {@link StorageException}; {@link io.echonet.dds.content.IntegrityException} where
   * what is stored is no longer that, and is held no longer.
   */
  Mono<Chunk> retrieve(Cid cid);

  /** As {@link #retrieve}, and always by its hash: what scrubbing asks. */
  default Mono<Chunk> retrieveHashed(Cid cid) {
    return retrieve(cid);
  }

  /** Whether a chunk of that name is held, without reading it. */
  Mono<Boolean> has(Cid cid);

  /** Those of {@code cids} that are held. */
  default Mono<Set<Cid>> hasAll(Collection<Cid> cids) {
    return Mono.defer(
        () -> {
          Set<Cid> all = new HashSet<>();
          return Flux.fromIterable(cids)
              .flatMap(
                  cid -> has(cid).filter(Boolean::booleanValue).map(held -> cid), BATCH_CHUNKS, 1)
              .doOnNext(all::add)
              .then(Mono.just(all)); // not collect: decision 0147
        });
  }

  /** Removes the chunk, whyever it is held; answers whether it was held. */
  Mono<Boolean> delete(Cid cid);

  /**
   * All that was held throughout the walk, in no order, each once; what comes or goes meanwhile may
   * be among it or not. Emits as there is demand.
   */
  Flux<StoredChunk> stored();

  /** The names of what {@link #stored()} emits. */
  default Flux<Cid> storedCids() {
    return stored().map(StoredChunk::cid);
  }

  /** How full the store is; what is under way may be counted or not. */
  Mono<StorageUsage> usage();

  /** Completes what is under way and gives the store up. Idempotent. */
  Mono<Void> close();
}
