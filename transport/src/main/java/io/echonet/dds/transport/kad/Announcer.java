package io.echonet.dds.transport.kad;

import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.ContentRouting.Provided;
import io.echonet.dds.transport.PeerInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Tells the peers nearest to many keys that this node provides them. */
final class Announcer {
  /*
   * Keys are put in the order of the keyspace and cut into slices. Within a slice, what walks have shown of the
   * keyspace is kept (see KnownRegions), so that of the keys of a region only the first few need a walk. Then every
   * peer gets all its keys of the slice on one stream.
   */

  /** Walks made to learn a region pay only where it holds at least this many keys of the slice. */
  private static final int WORTH_EXPLORING = 4;

  private static final int MAX_EXPLORATIONS = 8;

  private final KadConfig config;
  private final KnownPeers known;
  private final Queries queries;
  private final Walks walks;
  private final Random random;
  private final Scheduler scheduler;

  private record Key(Multihash multihash, KadKey place) {}

  private record Assignment(Key key, List<Contact> peers) {}

  Announcer(
      KadConfig config,
      KnownPeers known,
      Queries queries,
      Walks walks,
      Random random,
      Scheduler scheduler) {
    this.config = config;
    this.known = known;
    this.queries = queries;
    this.walks = walks;
    this.random = random;
    this.scheduler = scheduler;
  }

  /** Announces {@code keys}, emitting each when it is done. */
  Flux<Provided> announce(Publisher<Multihash> keys, Permits permits) {
    AnnounceConfig settings = config.announcing();
    return Flux.from(keys)
        .bufferTimeout(settings.batchKeys(), settings.gather(), scheduler, true)
        .concatMap(
            batch ->
                Flux.fromIterable(sorted(batch))
                    .buffer(settings.sliceKeys())
                    .flatMap(
                        slice -> permits.inTurn(announceSlice(slice)),
                        settings.parallelSlices(),
                        1),
            1);
  }

  /** Announces one key; the number of peers that took it. */
  Mono<Integer> announce(Multihash key) {
    return announceSlice(sorted(List.of(key))).single().map(Provided::peers);
  }

  private static List<Key> sorted(List<Multihash> keys) {
    return new LinkedHashSet<>(keys)
        .stream()
            .map(key -> new Key(key, KadKey.of(key)))
            .sorted(Comparator.comparing(Key::place))
            .toList();
  }

  private Flux<Provided> announceSlice(List<Key> slice) {
    return Flux.defer(
        () -> {
          KnownRegions regions = new KnownRegions(config.k());
          return Flux.fromIterable(slice)
              .concatMap(
                  key ->
                      nearest(key, slice, regions, MAX_EXPLORATIONS)
                          .map(peers -> new Assignment(key, peers)),
                  1)
              .collectList()
              .flatMapMany(this::tell);
        });
  }

  /** The peers nearest to {@code key}: known from earlier walks of the slice, or by a walk. */
  private Mono<List<Contact>> nearest(
      Key key, List<Key> slice, KnownRegions regions, int explorations) {
    return Mono.defer(
        () -> {
          Optional<List<Contact>> sure = regions.closest(key.place());
          if (sure.isPresent()) {
            return Mono.just(sure.get());
          }
          Optional<Multihash> exploration =
              explorations == 0 ? Optional.empty() : exploration(key, slice, regions);
          if (exploration.isEmpty()) {
            return walks
                .closest(key.multihash())
                .doOnNext(closest -> regions.onWalk(key.place(), closest));
          }
          return walks
              .closest(exploration.get())
              .doOnNext(closest -> regions.onWalk(KadKey.of(exploration.get()), closest))
              .then(nearest(key, slice, regions, explorations - 1));
        });
  }

  /**
   * What to walk to so that the region around {@code key} becomes known, where enough keys profit.
   */
  private Optional<Multihash> exploration(Key key, List<Key> slice, KnownRegions regions) {
    Optional<Prefix> region = regions.servedByGap(key.place());
    if (region.isEmpty() || countFrom(key, slice, region.get()) < WORTH_EXPLORING) {
      return Optional.empty();
    }
    return regions
        .gap(key.place())
        .flatMap(
            gap ->
                slice.stream()
                    .filter(other -> gap.contains(other.place()))
                    .map(Key::multihash)
                    .findFirst()
                    .or(() -> KeySearch.within(gap, random)));
  }

  /** How many keys of {@code region} are still to come, {@code first} included. */
  private static long countFrom(Key first, List<Key> slice, Prefix region) {
    return slice.stream()
        .map(Key::place)
        .filter(place -> place.compareTo(first.place()) >= 0 && region.contains(place))
        .count();
  }

  private Flux<Provided> tell(List<Assignment> assignments) {
    PeerInfo self = known.info(known.self().peer());
    Map<Contact, List<Multihash>> byPeer = new HashMap<>();
    Map<Multihash, Integer> taken = new HashMap<>();
    for (Assignment assignment : assignments) {
      Multihash key = assignment.key().multihash();
      taken.put(key, 0);
      for (Contact peer : assignment.peers()) {
        byPeer.computeIfAbsent(peer, absent -> new ArrayList<>()).add(key);
      }
    }
    // Whoever cannot be reached has nothing to announce.
    Flux<Map.Entry<Contact, List<Multihash>>> told =
        self.addresses().isEmpty() ? Flux.empty() : Flux.fromIterable(byPeer.entrySet());
    return told.flatMap(
            entry -> tell(entry.getKey(), entry.getValue(), self),
            config.announcing().parallelPeers(),
            1)
        .doOnNext(keys -> keys.forEach(key -> taken.merge(key, 1, Integer::sum)))
        .thenMany(
            Flux.defer(() -> Flux.fromIterable(taken.entrySet()))
                .map(entry -> new Provided(entry.getKey(), entry.getValue())));
  }

  /** Emits {@code keys} where {@code peer} took them. */
  private Mono<List<Multihash>> tell(Contact peer, List<Multihash> keys, PeerInfo self) {
    return queries
        .announce(peer, keys, self)
        .thenReturn(keys)
        .onErrorResume(failure -> Mono.empty());
  }
}
