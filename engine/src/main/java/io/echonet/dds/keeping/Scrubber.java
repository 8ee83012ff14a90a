package io.echonet.dds.keeping;

import static java.util.Objects.requireNonNull;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.DdsException;
import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.storage.Holding;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.StoredChunk;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Reads all that is stored, in the order of the names, and then looks whether what is kept is all
 * there. What has rotted, the store's own reading finds and takes out; others may still have it.
 */
final class Scrubber {
  /*
   * Stores list what they hold in no order, and a pass that is to go on after a restart needs one. So the next few
   * thousand names are picked out of a walk, and the next after those out of another.
   */

  private static final int NAMES_AT_ONCE = 16_384;

  private final StorageProvider bare;
  private final StorageProvider store;
  private final Roots roots;
  private final ChunkSource source;
  private final Pinning pinning;
  private final int namesAtOnce;

  Scrubber(Keeper keeper, ChunkSource source, Pinning pinning) {
    this(keeper, source, pinning, NAMES_AT_ONCE);
  }

  Scrubber(Keeper keeper, ChunkSource source, Pinning pinning, int namesAtOnce) {
    this.bare = keeper.bare();
    this.store = keeper.store();
    this.roots = keeper.roots();
    this.source = source;
    this.pinning = pinning;
    this.namesAtOnce = namesAtOnce;
  }

  /**
   * Looks at what is stored behind {@code after}, or at all of it, {@code parallel} chunks at once
   * and no faster than {@code pace}, then at what is kept; emits each in this order.
   *
   * @param repair whether to fetch what has rotted or lacks
   */
  Flux<Checked> pass(Optional<Cid> after, boolean repair, Optional<Pace> pace, int parallel) {
    return Flux.defer(
        () -> {
          DigestSet lost = new DigestSet();
          return inOrder(after)
              .flatMapSequential(
                  chunk ->
                      pace.map(limit -> limit.turn(chunk.size()))
                          .orElse(Mono.empty())
                          .then(check(chunk, repair)),
                  parallel,
                  1)
              .doOnNext(checked -> note(checked, lost))
              .concatWith(
                  roots
                      .all()
                      .flatMapIterable(all -> all)
                      .concatMap(root -> lacking(root.cid(), repair, lost), 1));
        });
  }

  private static void note(Checked checked, DigestSet lost) {
    if (checked.outcome() == Checked.Outcome.LOST) {
      lost.add(checked.cid());
    }
  }

  private Flux<StoredChunk> inOrder(Optional<Cid> after) {
    AtomicReference<Optional<Cid>> position = new AtomicReference<>(after);
    return Mono.defer(() -> next(requireNonNull(position.get())))
        .doOnNext(
            batch ->
                batch.stream()
                    .reduce((earlier, later) -> later)
                    .ifPresent(last -> position.set(Optional.of(last.cid()))))
        .repeat()
        .takeWhile(batch -> !batch.isEmpty())
        .concatMapIterable(batch -> batch, 1);
  }

  private Mono<List<StoredChunk>> next(Optional<Cid> after) {
    Comparator<StoredChunk> byName = Comparator.comparing(StoredChunk::cid);
    return store
        .stored()
        .filter(chunk -> after.isEmpty() || chunk.cid().compareTo(after.get()) > 0)
        .collect(
            () -> new PriorityQueue<>(byName.reversed()),
            (first, chunk) -> {
              first.add(chunk);
              if (first.size() > namesAtOnce) {
                first.remove();
              }
            })
        .map(first -> first.stream().sorted(byName).toList());
  }

  private Mono<Checked> check(StoredChunk stored, boolean repair) {
    Cid cid = stored.cid();
    return bare.retrieveHashed(cid)
        .map(chunk -> Checked.sound(cid, chunk.size()))
        .defaultIfEmpty(Checked.sound(cid, 0))
        .onErrorResume(
            IntegrityException.class,
            rot -> mend(cid, stored.size(), stored.holdings(), repair, messageOf(rot)))
        .onErrorResume(
            DdsException.class,
            e -> Mono.just(new Checked(cid, 0, Checked.Outcome.UNREADABLE, messageOf(e))));
  }

  private Mono<Checked> mend(
      Cid cid, int size, Set<Holding> holdings, boolean repair, String reason) {
    if (!repair) {
      return Mono.just(new Checked(cid, size, Checked.Outcome.LOST, reason));
    }
    return source
        .fetch(cid)
        .flatMap(chunk -> store(chunk, holdings))
        .thenReturn(new Checked(cid, size, Checked.Outcome.REPAIRED, reason))
        .onErrorResume(
            DdsException.class,
            e ->
                Mono.just(
                    new Checked(cid, size, Checked.Outcome.LOST, reason + "; " + messageOf(e))));
  }

  private Mono<Void> store(Chunk chunk, Set<Holding> holdings) {
    return Flux.fromIterable(holdings)
        .concatMap(holding -> store.store(chunk, holding), 1)
        .then(Mono.fromRunnable(() -> source.stored(chunk)));
  }

  /** What lacks of a content that is kept, and has not been told of already. */
  private Flux<Checked> lacking(Cid root, boolean repair, DigestSet lost) {
    return store
        .has(root)
        .filter(has -> !has && !lost.contains(root))
        .flatMap(lacks -> lacking(root, root, repair))
        .flux()
        .concatWith(
            store
                .retrieve(root)
                .map(Manifest::decode)
                .flatMapMany(
                    manifest ->
                        pinning
                            .missing(manifest)
                            .flatMapIterable(places -> places)
                            .map(manifest.chunkCids()::get)
                            .filter(cid -> !lost.contains(cid))
                            .concatMap(cid -> lacking(cid, root, repair), 1)))
        .onErrorResume(
            DdsException.class,
            e -> Flux.just(new Checked(root, 0, Checked.Outcome.UNREADABLE, messageOf(e))));
  }

  private Mono<Checked> lacking(Cid cid, Cid root, boolean repair) {
    return mend(cid, 0, Set.of(Holding.OWN), repair, cid + ", a part of " + root + ", lacks");
  }

  private static String messageOf(Throwable failure) {
    return String.valueOf(failure.getMessage());
  }
}
