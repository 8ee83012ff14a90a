package io.echonet.dds.keeping;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.storage.Holding;
import io.echonet.dds.storage.StorageFullException;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.StorageUsage;
import io.echonet.dds.storage.StoredChunk;
import java.util.Collection;
import java.util.Set;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A store that protects what is being stored from being collected at the same time, and makes room
 * for it where a quota is reached.
 */
final class GuardedStore implements StorageProvider {
  private final StorageProvider store;
  private final Protection protection;
  private final Uses uses;
  private final Eviction eviction;

  GuardedStore(StorageProvider store, Protection protection, Uses uses, Eviction eviction) {
    this.store = store;
    this.protection = protection;
    this.uses = uses;
    this.eviction = eviction;
  }

  @Override
  public Mono<Void> store(Chunk chunk, Holding holding) {
    return holding(
        hold ->
            hold.protect(chunk.cid())
                .then(store.store(chunk, holding))
                .onErrorResume(
                    StorageFullException.class,
                    full ->
                        eviction
                            .makeRoom()
                            .flatMap(made -> made ? store.store(chunk, holding) : Mono.error(full)))
                .then(Mono.fromRunnable(() -> stored(chunk))));
  }

  private void stored(Chunk chunk) {
    uses.used(chunk.cid());
    eviction.stored(chunk.size());
  }

  @Override
  public Mono<Void> storeAll(Publisher<Chunk> chunks, Holding holding) {
    return holding(
        hold ->
            store.storeAll(
                Flux.from(chunks)
                    .concatMap(chunk -> hold.protect(chunk.cid()).thenReturn(chunk), 0)
                    .doOnNext(this::stored),
                holding));
  }

  private Mono<Void> holding(Function<Hold, Mono<Void>> use) {
    return Mono.using(protection::hold, use, Hold::release);
  }

  @Override
  public Mono<Chunk> retrieve(Cid cid) {
    return store.retrieve(cid).doOnNext(chunk -> uses.used(cid));
  }

  @Override
  public Mono<Boolean> has(Cid cid) {
    return store.has(cid);
  }

  @Override
  public Mono<Set<Cid>> hasAll(Collection<Cid> cids) {
    return store.hasAll(cids);
  }

  @Override
  public Mono<Boolean> delete(Cid cid) {
    return store.delete(cid);
  }

  @Override
  public Flux<StoredChunk> stored() {
    return store.stored();
  }

  @Override
  public Flux<Cid> storedCids() {
    return store.storedCids();
  }

  @Override
  public Mono<StorageUsage> usage() {
    return store.usage();
  }

  @Override
  public Mono<Void> close() {
    return store.close();
  }

  @Override
  public String toString() {
    return store.toString();
  }
}
