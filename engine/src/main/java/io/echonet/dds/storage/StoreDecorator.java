package io.echonet.dds.storage;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import java.util.Collection;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A store that does what another does, but for what a subclass adds. {@link #storeAll} stores chunk
 * by chunk, so {@link #store} alone is to be overridden.
 */
public abstract class StoreDecorator implements StorageProvider {
  protected final StorageProvider store;

  /** Decorates {@code store}, which is closed with it. */
  protected StoreDecorator(StorageProvider store) {
    this.store = store;
  }

  @Override
  public Mono<Void> store(Chunk chunk, Holding holding) {
    return store.store(chunk, holding);
  }

  @Override
  public Mono<Chunk> retrieve(Cid cid) {
    return store.retrieve(cid);
  }

  @Override
  public Mono<Chunk> retrieveHashed(Cid cid) {
    return store.retrieveHashed(cid);
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
