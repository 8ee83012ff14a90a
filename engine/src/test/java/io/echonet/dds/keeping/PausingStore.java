package io.echonet.dds.keeping;

import io.echonet.dds.content.Cid;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.StoreDecorator;
import io.echonet.dds.storage.StoredChunk;
import io.echonet.dds.transport.testing.Await;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A store that stops in the midst of a walk or a deletion until it is told to go on. */
final class PausingStore extends StoreDecorator {
  private final AtomicBoolean paused = new AtomicBoolean();
  private volatile Sinks.Empty<Void> gate = Sinks.empty();
  private volatile boolean listing;
  private volatile boolean deleting;

  PausingStore(StorageProvider store) {
    super(store);
  }

  /** Begins {@code work}, and answers once it has a listed chunk on its way. */
  <T> CompletableFuture<T> pauseListing(Mono<T> work) {
    listing = true;
    return begin(work);
  }

  /** Begins {@code work}, and answers once it is about to delete. */
  <T> CompletableFuture<T> pauseDeleting(Mono<T> work) {
    deleting = true;
    return begin(work);
  }

  private <T> CompletableFuture<T> begin(Mono<T> work) {
    gate = Sinks.empty();
    CompletableFuture<T> future = work.toFuture();
    Await.until("paused", paused::get);
    listing = false;
    deleting = false;
    return future;
  }

  void goOn() {
    gate.tryEmitEmpty();
  }

  private Mono<Void> pause() {
    return Mono.defer(
        () -> {
          paused.set(true);
          return gate.asMono();
        });
  }

  @Override
  public Mono<Boolean> delete(Cid cid) {
    return Mono.defer(() -> deleting ? pause().then(store.delete(cid)) : store.delete(cid));
  }

  @Override
  public Flux<StoredChunk> stored() {
    return store
        .stored()
        .concatMap(chunk -> listing ? pause().thenReturn(chunk) : Mono.just(chunk), 0);
  }
}
