package io.echonet.dds.replication;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.DdsException;
import io.echonet.dds.discovery.Discovery;
import io.echonet.dds.network.NetworkService;
import io.echonet.dds.network.ReplicationRequests;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.PeerRouting;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The replication of one node: copies it makes on others, and those that others ask it to make. */
public final class Replicator implements ReplicationManager, ReplicationRequests {
  private static final int PARALLEL_PROOFS = 4;

  private final Host host;
  private final NetworkService network;
  private final Discovery discovery;
  private final PeerRouting routing;
  private final StorageProvider store;
  private final ReplicationConfig config;
  private final Scheduler timer;
  private final Random random;
  private final Instructions instructions;

  private Replicator(
      Host host,
      NetworkService network,
      Discovery discovery,
      PeerRouting routing,
      StorageProvider store,
      ReplicationConfig config,
      Scheduler timer,
      Random random) {
    this.host = host;
    this.network = network;
    this.discovery = discovery;
    this.routing = routing;
    this.store = store;
    this.config = config;
    this.timer = timer;
    this.random = random;
    this.instructions = new Instructions(network, discovery, store, config, timer);
  }

  /**
   * The replication of {@code host}.
   *
   * @param random chooses among nodes that are as good as each other
   */
  public static Replicator of(
      Host host,
      NetworkService network,
      Discovery discovery,
      PeerRouting routing,
      StorageProvider store,
      ReplicationConfig config,
      Scheduler timer,
      Random random) {
    return new Replicator(host, network, discovery, routing, store, config, timer, random);
  }

  /**
   * Begins to make {@code copies} of a content on other nodes, {@code targets} first; completes
   * when it is known to which of them it will be pushed as it is read.
   */
  public Mono<Seeding> seed(int copies, List<PeerInfo> targets) {
    return Mono.defer(
        () -> {
          Candidates candidates = candidates(targets);
          byte[] anywhere = new byte[Cid.DIGEST_BYTES];
          random.nextBytes(anywhere);
          Mono<List<PeerId>> first =
              copies == 0
                  ? Mono.just(List.of())
                  : candidates.take(copies, Cid.of(anywhere).multihash());
          return first.map(
              peers -> new Seeding(network, store, config, timer, candidates, copies, peers));
        });
  }

  private Candidates candidates(List<PeerInfo> named) {
    return new Candidates(host, routing, config, timer, random, named);
  }

  @Override
  public Mono<ReplicationResult> ensureReplication(Cid cid, Collection<PeerId> known) {
    return Mono.defer(
        () -> {
          // Those that are found come with addresses, those that are known may not.
          Flux<PeerId> claimed =
              discovery
                  .findProviders(cid)
                  .map(PeerInfo::id)
                  .take(config.searchTimeout(), timer)
                  .concatWith(Flux.fromIterable(List.copyOf(known)))
                  .distinct()
                  .filter(peer -> !peer.equals(host.id()))
                  .take(config.maxCandidates());
          return store
              .retrieve(cid)
              .flatMap(chunk -> check(chunk, claimed, Set.of(host.id())))
              .switchIfEmpty(Mono.defer(() -> checkWithoutCopy(cid, claimed)));
        });
  }

  /** Without the chunk nobody's proof can be checked, so the first that gives it is a holder. */
  private Mono<ReplicationResult> checkWithoutCopy(Cid cid, Flux<PeerId> claimed) {
    return claimed
        .concatMap(
            peer ->
                network
                    .retrieveManifest(peer, cid)
                    .flatMap(
                        chunk -> check(chunk, claimed.filter(p -> !p.equals(peer)), Set.of(peer)))
                    .onErrorResume(DdsException.class, error -> Mono.empty()),
            1)
        .next()
        .defaultIfEmpty(new ReplicationResult(cid, config.target(), Set.of(), Set.of()));
  }

  private Mono<ReplicationResult> check(Chunk chunk, Flux<PeerId> claimed, Set<PeerId> certain) {
    return claimed
        .flatMap(
            peer ->
                network
                    .prove(peer, chunk)
                    .onErrorReturn(DdsException.class, false)
                    .filter(Boolean::booleanValue)
                    .map(proven -> peer),
            PARALLEL_PROOFS,
            1)
        .collect(() -> new HashSet<>(certain), Set::add)
        .flatMap(holders -> makeUp(chunk.cid(), holders));
  }

  private Mono<ReplicationResult> makeUp(Cid cid, Set<PeerId> holders) {
    Candidates candidates = candidates(List.of());
    holders.forEach(candidates::exclude);
    // This node serves whom it has instructed best; else any holder does.
    PeerId source = holders.contains(host.id()) ? host.id() : holders.iterator().next();
    Set<PeerId> instructed = new HashSet<>();
    return instruct(cid, source, candidates, config.target() - holders.size(), instructed)
        .then(
            Mono.fromSupplier(
                () -> new ReplicationResult(cid, config.target(), holders, instructed)));
  }

  private Mono<Void> instruct(
      Cid cid, PeerId source, Candidates candidates, int wanted, Set<PeerId> instructed) {
    int missing = wanted - instructed.size();
    if (missing <= 0) {
      return Mono.empty();
    }
    return candidates
        .take(missing, cid.multihash())
        .filter(peers -> !peers.isEmpty())
        .flatMap(
            peers ->
                Flux.fromIterable(peers)
                    .flatMap(peer -> instructed(peer, cid, source), missing, 1)
                    .doOnNext(instructed::add)
                    .then(Mono.defer(() -> instruct(cid, source, candidates, wanted, instructed))));
  }

  private Mono<PeerId> instructed(PeerId peer, Cid cid, PeerId source) {
    return instructReplicate(peer, cid, Optional.of(source))
        .thenReturn(peer)
        .onErrorResume(DdsException.class, error -> Mono.empty());
  }

  @Override
  public Mono<Void> instructReplicate(PeerId target, Cid cid, Optional<PeerId> source) {
    return network.replicate(target, cid, source);
  }

  @Override
  public boolean accept(PeerId requester, Cid cid, Optional<PeerId> source) {
    return instructions.accept(requester, cid, source);
  }

  /** Gives up what others have instructed. Idempotent. */
  public Mono<Void> close() {
    return Mono.fromRunnable(instructions::close);
  }
}
