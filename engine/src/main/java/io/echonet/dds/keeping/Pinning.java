package io.echonet.dds.keeping;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.DdsException;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.storage.StorageProvider;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Makes contents roots, and whole before that. */
final class Pinning {
  private static final int LOOKED_FOR_AT_ONCE = 512;

  private final Keeper keeper;
  private final StorageProvider store;
  private final ChunkSource source;
  private final KeepingConfig config;

  Pinning(Keeper keeper, ChunkSource source) {
    this.keeper = keeper;
    this.store = keeper.store();
    this.source = source;
    this.config = keeper.config();
  }

  Mono<Manifest> pin(Cid cid) {
    return Mono.using(
        keeper::hold,
        hold ->
            hold.protect(cid)
                .then(manifest(cid))
                .flatMap(
                    manifest ->
                        makeWhole(manifest, hold)
                            .then(keeper.roots().add(cid, RootKind.PINNED))
                            .thenReturn(manifest)),
        Hold::release);
  }

  private Mono<Manifest> manifest(Cid cid) {
    return store
        .retrieve(cid)
        .onErrorResume(DdsException.class, unreadable -> Mono.empty())
        .switchIfEmpty(source.fetch(cid).flatMap(chunk -> keep(chunk).thenReturn(chunk)))
        .map(Manifest::decode);
  }

  /** Completes when all of its chunks are protected and here. */
  private Mono<Void> makeWhole(Manifest manifest, Hold hold) {
    return Flux.fromIterable(manifest.chunkCids())
        .concatMap(hold::protect, 1)
        .then(missing(manifest))
        .filter(places -> !places.isEmpty())
        .flatMap(
            places ->
                source
                    .fetch(manifest, places, config.parallelFetches())
                    .flatMap(this::keep, config.parallelFetches(), 1)
                    .then());
  }

  /** The places of those chunks that are not here, each chunk once. */
  Mono<List<Integer>> missing(Manifest manifest) {
    List<Cid> cids = manifest.chunkCids();
    Set<Cid> seen = new HashSet<>();
    return Flux.range(0, cids.size())
        .buffer(LOOKED_FOR_AT_ONCE)
        .concatMap(
            places ->
                store
                    .hasAll(places.stream().map(cids::get).toList())
                    .map(held -> places.stream().filter(place -> !held.contains(cids.get(place)))),
            1)
        .collect(
            () -> (List<Integer>) new ArrayList<Integer>(),
            (missing, places) ->
                places.filter(place -> seen.add(cids.get(place))).forEach(missing::add));
  }

  private Mono<Void> keep(Chunk chunk) {
    return store.store(chunk).then(Mono.fromRunnable(() -> source.stored(chunk)));
  }
}
