package io.echonet.dds.storage;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The chunks and manifests kept on this node. Methods may be called from any thread and at once;
 * work starts on subscription and runs on the store's own bounded scheduler, never on the caller's
 * thread.
 */
public interface StorageProvider {
  /**
   * Keeps {@code chunk}; completes when it would survive a power cut (where the store is durable at
   * all). One already held completes at once.
   *
   * <p>Errors: {@link StorageFullException} where quota or disk are full, {@link StorageException}
   * else. After an error the chunk is not held, and nothing half-written stays.
   */
  Mono<Void> store(Chunk chunk);

  /**
   * The chunk named {@code cid}, verified, or empty where it is not held.
   *
   * <p>Errors: {@link StorageException}; {@link io.echonet.dds.content.IntegrityException} where
   * what is stored no longer hashes to its name.
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
