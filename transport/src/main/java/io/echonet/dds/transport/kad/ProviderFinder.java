package io.echonet.dds.transport.kad;

import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import java.util.List;
import reactor.core.publisher.Flux;

/** Searches for the providers of a key: here, by a walk, and then for where they are. */
final class ProviderFinder {
  /**
   * How many providers of which nobody named an address are looked for at a time, by one search.
   */
  private static final int PARALLEL_PEER_SEARCHES = 4;

  private final KadConfig config;
  private final KnownPeers known;
  private final ProviderStore providers;
  private final Walks walks;
  private final Permits permits;
  private final PeerFinder peers;

  ProviderFinder(
      KadConfig config,
      KnownPeers known,
      ProviderStore providers,
      Walks walks,
      Permits permits,
      PeerFinder peers) {
    this.config = config;
    this.known = known;
    this.providers = providers;
    this.walks = walks;
    this.permits = permits;
    this.peers = peers;
  }

  /** As {@link KademliaDht#findProviders}. */
  Flux<PeerInfo> find(Multihash key, int limit) {
    return Flux.defer(
        () -> {
          ProviderSearch search =
              new ProviderSearch(Math.min(limit, config.walks().maxProviders()), this::isReachable);
          Flux<PeerInfo> located =
              here(key)
                  .concatWith(byWalk(key))
                  .map(this::acceptedOthers)
                  .doOnNext(named -> learnMore(search, named))
                  .concatMapIterable(search::onNamed);
          Flux<PeerInfo> rest = Flux.defer(() -> Flux.fromIterable(search.rest()));
          Flux<PeerInfo> sought =
              Flux.defer(() -> Flux.fromIterable(search.withoutAddress()))
                  .flatMap(peers::walkTo, PARALLEL_PEER_SEARCHES, 1);
          return Flux.concat(located, rest, sought)
              .doOnNext(known::learn)
              .map(this::withAddresses)
              .take(limit);
        });
  }

  private Flux<List<PeerInfo>> here(Multihash key) {
    return Flux.defer(() -> Flux.just(providers.providers(key, known.now())));
  }

  private Flux<List<PeerInfo>> byWalk(Multihash key) {
    return permits
        .inTurn(walks.to(Walk.Goal.providers(key, config.walks().providerQuorum())))
        .ofType(Walk.Answered.class)
        .map(answered -> first(answered.response().providers(), config.walks().maxProviders()))
        // A reader that takes its time must not keep others from their turn; nor may it keep whole
        // answers, which can be megabytes each.
        .onBackpressureBuffer(config.walks().maxAsked() + 1);
  }

  private static List<PeerInfo> first(List<PeerInfo> peers, int most) {
    return List.copyOf(peers.subList(0, Math.min(most, peers.size())));
  }

  /** The first to name a provider may have named it at a wrong place. */
  private void learnMore(ProviderSearch search, List<PeerInfo> named) {
    named.stream().filter(peer -> search.hasPassedOn(peer.id())).forEach(known::learn);
  }

  private List<PeerInfo> acceptedOthers(List<PeerInfo> named) {
    return named.stream().filter(peer -> !known.isSelf(peer.id())).map(known::accepted).toList();
  }

  private boolean isReachable(PeerId peer) {
    return !known.info(peer).addresses().isEmpty() || known.isConnected(peer);
  }

  private PeerInfo withAddresses(PeerInfo peer) {
    return peer.addresses().isEmpty() ? known.info(peer.id()) : peer;
  }
}
