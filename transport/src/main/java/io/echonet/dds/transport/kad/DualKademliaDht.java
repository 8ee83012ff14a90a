package io.echonet.dds.transport.kad;

import com.google.protobuf.ByteString;
import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.ContentRouting;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.PeerRouting;
import io.echonet.dds.transport.ValueRouting;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Two DHTs of one host, used as one: that of the internet, in which only public addresses count,
 * and that of the local network, in which only the others do. So neither is filled with peers that
 * cannot be reached. What is announced goes to both, what is looked for is looked for in both.
 */
public final class DualKademliaDht implements ContentRouting, PeerRouting, ValueRouting {
  private final KademliaDht wan;
  private final KademliaDht lan;
  private final KadConfig config;
  private final Validation validation;
  private final Scheduler scheduler;

  private DualKademliaDht(KademliaDht wan, KademliaDht lan, KadConfig config, Scheduler scheduler) {
    this.wan = wan;
    this.lan = lan;
    this.config = config;
    this.validation = new Validation(config.values());
    this.scheduler = scheduler;
  }

  /** Nodes of the public DHT of IPFS and of that of the local network, on {@code host}. */
  public static DualKademliaDht start(Host host, KadMode mode) {
    KadConfig config = KadConfig.wan();
    return of(
        KademliaDht.start(host, config, mode),
        KademliaDht.start(host, KadConfig.lan(), mode),
        config,
        Schedulers.parallel());
  }

  /**
   * Two nodes as one.
   *
   * @param config the settings of {@code wan}, whose validators choose between values of both
   * @param scheduler what waiting is timed on
   */
  static DualKademliaDht of(
      KademliaDht wan, KademliaDht lan, KadConfig config, Scheduler scheduler) {
    return new DualKademliaDht(wan, lan, config, scheduler);
  }

  /** The node of the internet's DHT. */
  public KademliaDht wan() {
    return wan;
  }

  /** The node of the local network's DHT. */
  public KademliaDht lan() {
    return lan;
  }

  /** As {@link KademliaDht#bootstrap}, for both; {@code known} counts the peers of both. */
  public Mono<BootstrapResult> bootstrap(List<Multiaddr> addresses) {
    return Mono.zip(
        wan.bootstrap(addresses),
        lan.bootstrap(addresses),
        (far, near) ->
            new BootstrapResult(
                far.tried(), Math.max(far.reached(), near.reached()), far.known() + near.known()));
  }

  /** {@inheritDoc} The number is that of both networks. */
  @Override
  public Mono<Integer> provide(Multihash key) {
    return Mono.zip(wan.provide(key), lan.provide(key), Integer::sum);
  }

  @Override
  public Flux<Provided> provideAll(Publisher<Multihash> keys) {
    AnnounceConfig settings = config.announcing();
    return Flux.from(keys)
        .bufferTimeout(settings.batchKeys(), settings.gather(), scheduler, true)
        .concatMap(
            batch ->
                Mono.zip(
                        wan.provideAll(Flux.fromIterable(batch)).collectList(),
                        lan.provideAll(Flux.fromIterable(batch)).collectList(),
                        DualKademliaDht::sum)
                    .flatMapIterable(provided -> provided),
            1);
  }

  private static List<Provided> sum(List<Provided> far, List<Provided> near) {
    Map<Multihash, Integer> peers = new HashMap<>();
    far.forEach(provided -> peers.merge(provided.key(), provided.peers(), Integer::sum));
    near.forEach(provided -> peers.merge(provided.key(), provided.peers(), Integer::sum));
    return peers.entrySet().stream()
        .map(entry -> new Provided(entry.getKey(), entry.getValue()))
        .toList();
  }

  @Override
  public Flux<PeerInfo> findProviders(Multihash key, int limit) {
    return Flux.merge(lan.findProviders(key, limit), wan.findProviders(key, limit))
        .distinct(PeerInfo::id)
        .take(limit);
  }

  /** {@inheritDoc} The answer is that of the network that is the first to have one. */
  @Override
  public Mono<PeerInfo> findPeer(PeerId peer) {
    return Flux.merge(lan.findPeer(peer), wan.findPeer(peer)).next();
  }

  @Override
  public Flux<PeerInfo> closestPeers(Multihash key) {
    KadKey target = KadKey.of(key);
    Comparator<PeerInfo> nearestFirst =
        Comparator.comparing(peer -> KadKey.of(peer.id()), target::compareDistances);
    return Flux.merge(lan.closestPeers(key), wan.closestPeers(key))
        .distinct(PeerInfo::id)
        .sort(nearestFirst)
        .take(config.k());
  }

  /** {@inheritDoc} Where it fails in one of the networks it has still been tried in the other. */
  @Override
  public Mono<Void> putValue(byte[] key, byte[] value) {
    return Mono.zip(failure(wan.putValue(key, value)), failure(lan.putValue(key, value)))
        .flatMap(
            failures ->
                failures.getT1().or(failures::getT2).map(Mono::<Void>error).orElseGet(Mono::empty));
  }

  private static Mono<Optional<Throwable>> failure(Mono<Void> work) {
    return work.then(Mono.just(Optional.<Throwable>empty()))
        .onErrorResume(failure -> Mono.just(Optional.of(failure)));
  }

  @Override
  public Mono<byte[]> getValue(byte[] key) {
    ByteString name = ByteString.copyFrom(key);
    Flux<ByteString> found =
        Flux.merge(lan.getValue(key), wan.getValue(key)).map(ByteString::copyFrom);
    Mono<ByteString> best = validation.isUnique(name) ? found.next() : best(name, found);
    return best.map(ByteString::toByteArray);
  }

  /** Not by {@code reduce}, which may never answer whoever asks late (decision 0147). */
  private Mono<ByteString> best(ByteString name, Flux<ByteString> found) {
    return Mono.defer(
        () -> {
          AtomicReference<@Nullable ByteString> best = new AtomicReference<>();
          return found
              .doOnNext(
                  value ->
                      best.accumulateAndGet(
                          value,
                          (kept, other) ->
                              kept == null || validation.isBetter(name, other, kept)
                                  ? other
                                  : kept))
              .then(Mono.fromSupplier(best::get));
        });
  }

  /** Closes both. Idempotent. */
  public Mono<Void> close() {
    return wan.close().then(lan.close());
  }

  /** Completes when both have closed. */
  public Mono<Void> onClose() {
    return wan.onClose().then(lan.onClose());
  }
}
