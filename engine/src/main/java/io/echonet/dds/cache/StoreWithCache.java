package io.echonet.dds.cache;

import static java.util.stream.Collectors.toSet;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.StoreDecorator;
import io.echonet.dds.storage.StoredChunk;
import java.util.Collection;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A store in which what a cache keeps is found too, so that others can be served from it. */
final class StoreWithCache extends StoreDecorator {
  private final ChunkCache cache;

  StoreWithCache(StorageProvider store, ChunkCache cache) {
    super(store);
    this.cache = cache;
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
  public Mono<Set<Cid>> hasAll(Collection<Cid> cids) {
    return store
        .hasAll(cids)
        .map(held -> cids.stream().filter(c -> held.contains(c) || cache.has(c)).collect(toSet()));
  }

  @Override
  public Flux<StoredChunk> stored() {
    return store.stored().concatWith(cache.all());
  }
}
