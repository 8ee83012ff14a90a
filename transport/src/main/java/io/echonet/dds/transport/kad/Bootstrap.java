package io.echonet.dds.transport.kad;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerStore;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Joins the network by peers whose addresses were given, or by those that the host remembers, and
 * again whenever nobody is known any more.
 */
final class Bootstrap implements Disposable {
  private static final Logger LOG = LoggerFactory.getLogger(Bootstrap.class);
  private static final int PARALLEL_DIALS = 8;
  private static final int MAX_PEERS_OF_OLD = 16;
  private static final Duration UNKNOWN = Duration.ofDays(1);

  /**
   * How often the routing table is looked at while it holds somebody, in units of the first retry.
   */
  private static final int CALM = 8;

  private final Host host;
  private final KadConfig config;
  private final KnownPeers known;
  private final Queries queries;
  private final Walks walks;
  private final Runnable onJoined;
  private final Random random;
  private final Scheduler scheduler;
  private final Disposable.Swap retrying = Disposables.swap();
  private volatile List<Multiaddr> addresses = List.of();
  private final AtomicBoolean trying = new AtomicBoolean();
  private volatile int failures = 1;

  /**
   * @param onJoined called when a bootstrap peer was reached
   */
  Bootstrap(
      Host host,
      KadConfig config,
      KnownPeers known,
      Queries queries,
      Walks walks,
      Runnable onJoined,
      Random random,
      Scheduler scheduler) {
    this.host = host;
    this.config = config;
    this.known = known;
    this.queries = queries;
    this.walks = walks;
    this.onJoined = onJoined;
    this.random = random;
    this.scheduler = scheduler;
  }

  void start() {
    retrying.update(
        Mono.defer(() -> Mono.delay(jittered(pause()), scheduler).then(rejoin()))
            .repeat()
            .subscribe(
                nothing -> {}, failure -> LOG.warn("no longer looks for the network", failure)));
  }

  /** Joins by {@code given}, which from now on are also what lost contact is restored by. */
  Mono<BootstrapResult> join(List<Multiaddr> given) {
    return Mono.defer(
        () -> {
          addresses = List.copyOf(given);
          return attempt();
        });
  }

  private Mono<BootstrapResult> attempt() {
    return Mono.defer(
            () -> {
              trying.set(true);
              return connect();
            })
        .doFinally(signal -> trying.set(false));
  }

  /** By those that were given; where none of them is there, by peers of old. */
  private Mono<BootstrapResult> connect() {
    List<Multiaddr> others =
        addresses.stream()
            .filter(address -> address.peerId().filter(known::isSelf).isEmpty())
            .toList();
    return Flux.fromIterable(others)
        .flatMap(this::reach, PARALLEL_DIALS)
        .count()
        .flatMap(
            reached ->
                reached > 0 ? walk(others.size(), reached) : connectToPeersOfOld(others.size()));
  }

  private Mono<BootstrapResult> connectToPeersOfOld(int triedBefore) {
    List<PeerId> peers = peersOfOld();
    return Flux.fromIterable(peers)
        .flatMap(this::reach, PARALLEL_DIALS)
        .count()
        .flatMap(reached -> walk(triedBefore + peers.size(), reached));
  }

  /** Those that spoke the protocol when last heard of, the most reliable and nearest first. */
  private List<PeerId> peersOfOld() {
    PeerStore store = host.peerStore();
    return store.peers().stream()
        .filter(peer -> !known.isSelf(peer) && store.protocols(peer).contains(config.protocol()))
        .filter(peer -> !store.addresses(peer).isEmpty())
        .map(peer -> new OldPeer(peer, store.score(peer), store.latency(peer).orElse(UNKNOWN)))
        .sorted(
            Comparator.comparingDouble(OldPeer::score).reversed().thenComparing(OldPeer::latency))
        .map(OldPeer::peer)
        .limit(MAX_PEERS_OF_OLD)
        .toList();
  }

  private record OldPeer(PeerId peer, double score, Duration latency) {}

  private Mono<BootstrapResult> walk(int tried, long reached) {
    return walks
        .closest(known.self().peer())
        .then(Mono.fromCallable(() -> result(tried, (int) reached)));
  }

  private BootstrapResult result(int tried, int reached) {
    if (reached > 0) {
      onJoined.run();
    }
    return new BootstrapResult(tried, reached, known.table().size());
  }

  /** Emits where somebody was reached, whatever that peer then has to say. */
  private Mono<Connection> reach(Multiaddr address) {
    Mono<Connection> reached =
        host.connect(address)
            .doOnNext(
                connection ->
                    known.confirm(
                        connection.remotePeer(),
                        address.isName() ? connection.remoteAddress() : address.withoutPeerId()));
    return greet(address, reached);
  }

  private Mono<Connection> reach(PeerId peer) {
    return greet(peer, host.connect(peer));
  }

  private Mono<Connection> greet(Object whom, Mono<Connection> reached) {
    return reached
        .timeout(config.walks().queryTimeout(), scheduler)
        .flatMap(
            connection -> {
              Contact contact = Contact.of(connection.remotePeer());
              known.onHeard(contact);
              return queries
                  .ask(contact, KadRequest.FindNode.of(known.self().peer()))
                  .onErrorComplete()
                  .thenReturn(connection);
            })
        .onErrorResume(
            failure -> {
              LOG.debug("bootstrap peer {} was not reached", whom, failure);
              return Mono.empty();
            });
  }

  private Mono<Void> rejoin() {
    return Mono.defer(
        () -> {
          if (known.table().size() > 0) {
            failures = 0;
            return Mono.empty();
          }
          if ((addresses.isEmpty() && peersOfOld().isEmpty()) || trying.get()) {
            return Mono.empty();
          }
          return attempt()
              .doOnNext(
                  result -> {
                    failures = result.known() > 0 ? 0 : failures + 1;
                    LOG.info("looked for the network again: {}", result);
                  })
              .then();
        });
  }

  private Duration pause() {
    UpkeepConfig upkeep = config.upkeep();
    Duration pause =
        failures == 0
            ? upkeep.firstRetry().multipliedBy(CALM)
            : upkeep.firstRetry().multipliedBy(1L << Math.min(failures - 1, 20));
    return pause.compareTo(upkeep.longestRetry()) > 0 ? upkeep.longestRetry() : pause;
  }

  /**
   * Between 0.75 and 1.25 times {@code duration}, so that nodes that lost the same peer come back
   * one by one.
   */
  private Duration jittered(Duration duration) {
    return Duration.ofMillis((long) (duration.toMillis() * (0.75 + random.nextDouble() / 2)));
  }

  @Override
  public void dispose() {
    retrying.dispose();
  }

  @Override
  public boolean isDisposed() {
    return retrying.isDisposed();
  }
}
