package io.echonet.dds.cache;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.storage.Holding;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.StorageUsage;
import io.echonet.dds.storage.StoredChunk;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A store in which what a cache keeps is found too, so that others can be served from it. */
record StoreWithCache(StorageProvider store, ChunkCache cache) implements StorageProvider {
  @Override
  public Mono<Void> store(Chunk chunk, Holding holding) {
    return store.store(chunk, holding);
  }

  @Override
  public Mono<Chunk> retrieve(Cid cid) {
    return store.retrieve(cid).switchIfEmpty(cache.held(cid));
  }

  @Override
  public Mono<Boolean> has(Cid cid) {
    return store.has(cid).map(held -> held || cache.has(cid));
  }

  @Override
  public Mono<Boolean> delete(Cid cid) {
    return store.delete(cid);
  }

  @Override
  public Flux<StoredChunk> stored() {
    return store.stored().concatWith(cache.all());
  }

  @Override
  public Mono<StorageUsage> usage() {
    return store.usage();
  }

  @Override
  public Mono<Void> close() {
    return store.close();
  }
}
