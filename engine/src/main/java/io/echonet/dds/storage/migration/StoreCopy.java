package io.echonet.dds.storage.migration;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.storage.Holding;
import io.echonet.dds.storage.StorageException;
import io.echonet.dds.storage.StorageFullException;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.StorageUsage;
import io.echonet.dds.storage.StoredChunk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Copies what a store holds into one that may have some of it already, and reads it again there.
 */
final class StoreCopy {
  private static final int BATCH_CHUNKS = StorageProvider.BATCH_CHUNKS;
  private static final int PARALLEL_READS = 8;

  private final StorageProvider source;
  private final StoreKind to;
  private final MigrationFolder progress;
  private final Watcher watcher;
  private long done;
  private long all;

  StoreCopy(StorageProvider source, StoreKind to, MigrationFolder progress, Watcher watcher) {
    this.source = source;
    this.to = to;
    this.progress = progress;
    this.watcher = watcher;
  }

  /**
   * Emits what both hold in the end.
   *
   * <p>Errors: {@link StorageFullException} where there is not enough room, {@link
   * StorageException} else.
   */
  Mono<Inventory> run() {
    return withTarget(
            target ->
                checkRoom(target)
                    .then(copyInto(target))
                    .then(deleteOthers(target))
                    .thenReturn(true))
        // Opened anew, it has nothing but what is on the disk.
        .then(withTarget(this::verify));
  }

  private <T> Mono<T> withTarget(Function<StorageProvider, Mono<T>> work) {
    return Mono.usingWhen(
        to.openIn(progress.store(), StorageUsage.UNLIMITED), work, StorageProvider::close);
  }

  private Mono<Void> checkRoom(StorageProvider target) {
    return Mono.zip(source.usage(), target.usage())
        .doOnNext(
            usages -> {
              all = 2 * usages.getT1().bytes();
              checkRoom(usages.getT1(), usages.getT2(), to);
            })
        .then();
  }

  /**
   * Looks whether {@code copy}, a store of kind {@code to}, has room for all of {@code all}.
   *
   * @throws StorageFullException where it has not
   */
  static void checkRoom(StorageUsage all, StorageUsage copy, StoreKind to) {
    long needed = all.bytes() - copy.bytes() + (all.chunks() - copy.chunks()) * to.overheadBytes();
    if (needed > copy.freeBytes()) {
      throw new StorageFullException(
          "the disk has room for %,d bytes, and %,d are needed"
              .formatted(copy.freeBytes(), needed));
    }
  }

  private Mono<Void> copyInto(StorageProvider target) {
    return source
        .stored()
        .buffer(BATCH_CHUNKS)
        .concatMap(batch -> copy(batch, target).doOnSuccess(end -> reached(batch)), 1)
        .then();
  }

  private Mono<Void> copy(List<StoredChunk> batch, StorageProvider target) {
    return target
        .hasAll(batch.stream().map(StoredChunk::cid).toList())
        .flatMap(
            held ->
                Flux.fromIterable(List.of(Holding.values()))
                    .concatMap(
                        holding ->
                            store(
                                batch.stream()
                                    // Held for one of two reasons looks the same as for both.
                                    .filter(c -> !held.contains(c.cid()) || c.holdings().size() > 1)
                                    .filter(c -> c.isHeld(holding)),
                                holding,
                                target),
                        1)
                    .then());
  }

  private Mono<Void> store(Stream<StoredChunk> chunks, Holding holding, StorageProvider target) {
    return target.storeAll(Flux.fromStream(chunks).flatMap(this::read, PARALLEL_READS, 1), holding);
  }

  private Mono<Chunk> read(StoredChunk chunk) {
    return source
        .retrieveHashed(chunk.cid())
        .onErrorResume(
            IntegrityException.class,
            rot ->
                Mono.fromRunnable(() -> noteRotten(chunk, rot))
                    .subscribeOn(Schedulers.boundedElastic())
                    .then(Mono.empty()));
  }

  private synchronized void noteRotten(StoredChunk chunk, IntegrityException rot) {
    try {
      progress.addRotten(chunk.cid());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    watcher.foundRotten(chunk.cid(), String.valueOf(rot.getMessage()));
  }

  private void reached(List<StoredChunk> batch) {
    batch.forEach(chunk -> done += chunk.size());
    watcher.reached(done, all);
  }

  /** What the source has lost since it was copied. */
  private Mono<Void> deleteOthers(StorageProvider target) {
    return target
        .storedCids()
        .buffer(BATCH_CHUNKS)
        .concatMap(
            batch ->
                source
                    .hasAll(batch)
                    .flatMapMany(
                        held -> Flux.fromIterable(batch).filter(cid -> !held.contains(cid)))
                    .concatMap(target::delete, 1),
            1)
        .then();
  }

  private Mono<Inventory> verify(StorageProvider target) {
    Mono<Inventory> copied =
        target
            .stored()
            .flatMap(
                chunk -> target.retrieveHashed(chunk.cid()).map(read -> chunk), PARALLEL_READS, 1)
            .doOnNext(chunk -> reached(List.of(chunk)))
            .reduce(Inventory.EMPTY, Inventory::plus)
            .onErrorMap(
                IntegrityException.class, rot -> notWhole(String.valueOf(rot.getMessage())));
    return copied
        .zipWith(source.stored().reduce(Inventory.EMPTY, Inventory::plus))
        .flatMap(
            both ->
                both.getT1().equals(both.getT2())
                    ? Mono.just(both.getT1())
                    : Mono.error(notWhole(both.getT1() + " and not " + both.getT2())));
  }

  private StorageException notWhole(String why) {
    return new StorageException(
        progress + ": what was copied is not what can be read now, run this again: " + why);
  }
}
