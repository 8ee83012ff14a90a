package io.echonet.dds.storage;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The chunks and manifests kept on this node. Methods may be called from any thread and at once;
 * work starts on subscription, and what may block runs on the store's own bounded threads, never on
 * the caller's. What has begun is completed when its subscriber cancels. After {@link #close()}
 * everything fails.
 */
public interface StorageProvider {
  /**
   * Keeps {@code chunk}; completes when it would survive a power cut (where the store is durable at
   * all). One already held completes at once, and one that is being stored, with that.
   *
   * <p>Errors: {@link StorageFullException} where quota or disk are full, {@link StorageException}
   * else. After an error the chunk is not held, and nothing half-written stays.
   */
  Mono<Void> store(Chunk chunk);

  /**
   * The chunk named {@code cid}, verified, or empty where it is not held.
   *
   * <p>Errors: {@link StorageException}; {@link io.echonet.dds.content.IntegrityException} where
   * what is stored no longer hashes to its name, and is held no longer.
   */
  Mono<Chunk> retrieve(Cid cid);

  /** Whether a chunk of that name is held, without reading it. */
  Mono<Boolean> has(Cid cid);

  /** Removes the chunk; answers whether it was held. */
  Mono<Boolean> delete(Cid cid);

  /** The names of all that was held at some time during the walk, in no order, each once. */
  Flux<Cid> storedCids();

  /** Completes what is under way and gives the store up. Idempotent. */
  Mono<Void> close();
}
