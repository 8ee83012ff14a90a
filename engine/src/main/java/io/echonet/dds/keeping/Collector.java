package io.echonet.dds.keeping;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.DdsException;
import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.storage.Holding;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.StoredChunk;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Takes chunks that no root reaches, beside everything else that goes on in the store. */
final class Collector {
  /*
   * First the names of all that roots reach, then all that is stored against them. What comes in between is safe by its
   * Protection, which begins before the roots are read. The names cost some 8 to 22 bytes a chunk.
   */

  private static final int DELETED_AT_ONCE = 4;

  private final StorageProvider store;
  private final Roots roots;
  private final Protection protection;
  private final Uses uses;
  private final KeepingConfig config;
  private final Scheduler timer;

  Collector(
      StorageProvider store,
      Roots roots,
      Protection protection,
      Uses uses,
      KeepingConfig config,
      Scheduler timer) {
    this.store = store;
    this.roots = roots;
    this.protection = protection;
    this.uses = uses;
    this.config = config;
    this.timer = timer;
  }

  /** What would be taken now. */
  Mono<Collected> count(boolean replicasToo) {
    return reachable()
        .flatMap(
            reachable ->
                store
                    .stored()
                    .reduce(
                        Collected.NOTHING,
                        (result, chunk) ->
                            isGarbage(chunk, reachable, replicasToo)
                                    && !protection.isProtected(chunk.cid())
                                ? result.andTook(chunk.size())
                                : result.andLeft(chunk.size())));
  }

  /** Takes it. */
  Mono<Collected> collect(boolean replicasToo) {
    return collecting(reachable -> sweep(reachable, replicasToo));
  }

  /** Takes as much of it as makes up {@code bytes}, what was used longest ago first. */
  Mono<Collected> evict(long bytes) {
    return bytes <= 0
        ? Mono.just(Collected.NOTHING)
        : collecting(reachable -> evict(reachable, bytes));
  }

  private Mono<Collected> collecting(Function<DigestSet, Mono<Collected>> sweep) {
    return Mono.using(
        () -> {
          protection.begin();
          return protection;
        },
        begun -> reachable().flatMap(sweep),
        Protection::end);
  }

  /** The names of all that roots reach; fails where that is not known to be all. */
  private Mono<DigestSet> reachable() {
    return roots
        .check()
        .then(roots.all())
        .flatMapIterable(all -> all)
        .concatMap(root -> manifest(root.cid()), 1)
        .collect(
            DigestSet::new,
            (reachable, manifest) -> {
              reachable.add(manifest.cid());
              manifest.chunkCids().forEach(reachable::add);
            });
  }

  private Mono<Manifest> manifest(Cid cid) {
    return store
        .retrieve(cid)
        .switchIfEmpty(Mono.<Chunk>error(() -> new IntegrityException("it is not here")))
        .map(Manifest::decode)
        .onErrorMap(
            DdsException.class,
            e ->
                new IntegrityException(
                    "nothing is collected, because the manifest of "
                        + cid
                        + ", which is kept, can't be read ("
                        + e.getMessage()
                        + "): 'pin add' fetches it anew, 'pin rm' gives it up",
                    e));
  }

  private Mono<Collected> sweep(DigestSet reachable, boolean replicasToo) {
    Pace pace = new Pace(config.deletionsPerSecond(), timer);
    return store
        .stored()
        .flatMap(
            chunk ->
                isGarbage(chunk, reachable, replicasToo)
                    ? pace.turn(1).then(take(chunk))
                    : Mono.just(Collected.NOTHING.andLeft(chunk.size())),
            DELETED_AT_ONCE,
            1)
        .reduce(Collected.NOTHING, Collected::plus);
  }

  private Mono<Collected> evict(DigestSet reachable, long bytes) {
    Pace pace = new Pace(config.deletionsPerSecond(), timer);
    Flux<StoredChunk> garbage = store.stored().filter(chunk -> isGarbage(chunk, reachable, false));
    Flux<StoredChunk> neverUsed = garbage.filter(chunk -> uses.last(chunk.cid()) == Uses.NEVER);
    // No more of them than uses are remembered.
    Flux<StoredChunk> longestAgoFirst =
        garbage
            .map(chunk -> new Used(chunk, uses.last(chunk.cid())))
            .filter(used -> used.last() != Uses.NEVER)
            .sort(Comparator.comparingLong(Used::last))
            .map(Used::chunk);
    AtomicLong chosen = new AtomicLong();
    return neverUsed
        .concatWith(longestAgoFirst)
        .filter(chunk -> !protection.isProtected(chunk.cid()))
        .takeUntil(chunk -> chosen.addAndGet(chunk.size()) >= bytes)
        .flatMap(chunk -> pace.turn(1).then(take(chunk)), DELETED_AT_ONCE, 1)
        .reduce(Collected.NOTHING, Collected::plus);
  }

  /** A chunk and when it was used. */
  private record Used(StoredChunk chunk, long last) {}

  private static boolean isGarbage(StoredChunk chunk, DigestSet reachable, boolean replicasToo) {
    return !reachable.contains(chunk.cid()) && (replicasToo || !chunk.isHeld(Holding.FOR_OTHERS));
  }

  private Mono<Collected> take(StoredChunk chunk) {
    return Mono.defer(
        () ->
            protection.claim(chunk.cid())
                ? delete(chunk)
                : Mono.just(Collected.NOTHING.andLeft(chunk.size())));
  }

  /** One that has begun goes on when the collection is cancelled, and until then it is claimed. */
  private Mono<Collected> delete(StoredChunk chunk) {
    Cid cid = chunk.cid();
    return Mono.fromFuture(
            () -> store.delete(cid).doFinally(end -> protection.gone(cid)).toFuture(), true)
        .map(was -> was ? Collected.NOTHING.andTook(chunk.size()) : Collected.NOTHING);
  }
}
