package io.echonet.dds.keeping;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.storage.Holding;
import io.echonet.dds.storage.StorageFullException;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.StoreDecorator;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * A store that protects what is being stored from being collected at the same time, and makes room
 * for it where a quota is reached.
 */
final class GuardedStore extends StoreDecorator {
  private final Protection protection;
  private final Uses uses;
  private final Eviction eviction;

  GuardedStore(StorageProvider store, Protection protection, Uses uses, Eviction eviction) {
    super(store);
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

  private Mono<Void> holding(Function<Hold, Mono<Void>> use) {
    return Mono.using(protection::hold, use, Hold::release);
  }

  @Override
  public Mono<Chunk> retrieve(Cid cid) {
    return store.retrieve(cid).doOnNext(chunk -> uses.used(cid));
  }
}
