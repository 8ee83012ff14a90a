package io.echonet.dds.node.config;

import io.echonet.dds.Dds;
import io.echonet.dds.DdsConfig;
import io.echonet.dds.cache.CacheConfig;
import io.echonet.dds.keeping.Keeper;
import io.echonet.dds.keeping.ScrubPosition;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.MultiaddrProtocol;
import io.echonet.dds.transport.host.HostConfig;
import io.echonet.dds.transport.host.Hosts;
import io.echonet.dds.transport.host.InterfaceAddresses;
import io.echonet.dds.transport.host.Security;
import io.echonet.dds.transport.kad.KadConfig;
import io.echonet.dds.transport.kad.KadMode;
import io.echonet.dds.transport.kad.KademliaDht;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A node put together and started: store, host, DHT and engine, with one way to end them all. */
public final class RunningNode {
  private static final Logger LOG = LoggerFactory.getLogger(RunningNode.class);

  private static final Duration HOST_CLOSE_LIMIT = Duration.ofMillis(700);

  /** Four parts are closed, and all of it is to take less than 5 s. */
  private static final Duration CLOSE_LIMIT = Duration.ofMillis(1500);

  /** A node that has just started is wanted for other things. */
  private static final Duration SCRUB_AFTER = Duration.ofMinutes(2);

  private static final Duration FIRST_CONTACT_LIMIT = Duration.ofSeconds(5);

  private final NodeConfig config;
  private final Stores stores;
  private final Host host;
  private final KademliaDht dht;
  private final Dds dds;
  private final Disposable.Swap joining = Disposables.swap();
  private final Disposable.Swap scrubbing = Disposables.swap();
  private final Mono<Void> close;

  private RunningNode(NodeConfig config, Stores stores, Host host, KademliaDht dht, Dds dds) {
    this.config = config;
    this.stores = stores;
    this.host = host;
    this.dht = dht;
    this.dds = dds;
    this.close = Mono.defer(this::closeParts).cache();
  }

  /**
   * Opens the store, listens and starts all parts; what was opened is closed again where a part
   * fails.
   *
   * <p>Errors: {@link io.echonet.dds.storage.StorageException} where the folder can't be used,
   * {@link io.echonet.dds.transport.ListenException} where an address can't be listened on.
   */
  public static Mono<RunningNode> start(NodeConfig config) {
    return Stores.open(config)
        .flatMap(
            stores -> startHost(config, stores).onErrorResume(closing("store", stores.close())));
  }

  /**
   * What the node that {@code config} describes holds, without starting it; whoever opens it closes
   * its store.
   *
   * <p>Errors: {@link io.echonet.dds.storage.StorageException} where the folder can't be used.
   */
  public static Mono<Keeper> openKeeper(NodeConfig config) {
    return Stores.openKeeper(config);
  }

  private static Mono<RunningNode> startHost(NodeConfig config, Stores stores) {
    return Mono.fromCallable(Security::fastestFirst)
        .subscribeOn(Schedulers.boundedElastic())
        .map(
            security ->
                HostConfig.defaults()
                    .withAnnouncedAddresses(config.announce())
                    .withCloseTimeout(HOST_CLOSE_LIMIT)
                    .withSecurity(security))
        .flatMap(
            hostConfig ->
                config
                    .peers()
                    .map(file -> Hosts.create(config.identity(), hostConfig, file))
                    .orElseGet(() -> Hosts.create(config.identity(), hostConfig)))
        .flatMap(
            host ->
                listen(host, config)
                    .then(Mono.defer(() -> startDht(config, host)))
                    .map(dht -> join(config, stores, host, dht))
                    .onErrorResume(closing("host", host.close())));
  }

  private static Mono<Void> listen(Host host, NodeConfig config) {
    Flux<Multiaddr> addresses =
        config.listenNearBootstrap()
            ? Flux.from(addressNearBootstrap(host, config))
            : Flux.fromIterable(config.listen());
    return addresses.concatMap(host::listen, 1).then();
  }

  /** A free port of the address by which a bootstrap peer was reached: others can reach it too. */
  private static Mono<Multiaddr> addressNearBootstrap(Host host, NodeConfig config) {
    return Flux.fromIterable(config.bootstrap())
        .flatMap(peer -> host.connect(peer).timeout(FIRST_CONTACT_LIMIT).onErrorComplete(), 16, 1)
        .next()
        .map(connection -> connection.localAddress().components().get(0))
        .defaultIfEmpty(new Multiaddr.Component(MultiaddrProtocol.IP4, "127.0.0.1"))
        .map(ip -> Multiaddr.of(List.of(ip, new Multiaddr.Component(MultiaddrProtocol.TCP, "0"))));
  }

  /** Records that are kept on disk are worth having, and nothing to fail for. */
  private static Mono<KademliaDht> startDht(NodeConfig config, Host host) {
    KadConfig kadConfig = KadConfig.defaults().withProtocol(config.kadProtocol());
    KadMode mode = config.server() ? KadMode.SERVER : KadMode.CLIENT;
    Mono<KademliaDht> inMemory = Mono.fromCallable(() -> KademliaDht.start(host, kadConfig, mode));
    return config
        .providers()
        .map(
            file ->
                KademliaDht.open(host, kadConfig, mode, file)
                    .onErrorResume(
                        UncheckedIOException.class,
                        failure -> {
                          LOG.warn(
                              "provider records are not kept across a restart: {}",
                              String.valueOf(failure.getCause()));
                          return inMemory;
                        }))
        .orElse(inMemory);
  }

  private static RunningNode join(NodeConfig config, Stores stores, Host host, KademliaDht dht) {
    DdsConfig defaults = DdsConfig.defaults();
    // A command reads a content once: if it is to be kept for the next, then not in memory.
    long cacheBytes = config.cache().map(NodeConfig.Cache::bytes).orElse(0L);
    DdsConfig ddsConfig =
        defaults
            .withCache(CacheConfig.NONE.withDiskBytes(cacheBytes))
            .withNetwork(defaults.network().withAcceptStores(config.acceptStores()))
            .withRetrieval(defaults.retrieval().withTimeout(config.timeout()))
            .withReplication(defaults.replication().withTarget(config.replication()));
    Dds dds =
        stores
            .cache()
            .map(cache -> Dds.start(host, dht, dht, stores.keeper(), cache, ddsConfig))
            .orElseGet(() -> Dds.start(host, dht, dht, stores.keeper(), ddsConfig));
    RunningNode node = new RunningNode(config, stores, host, dht, dds);
    if (config.server()) {
      config.scrubPosition().ifPresent(node::scrub);
    }
    if (config.bootstrap().isEmpty()) {
      node.joining.update(node.rejoin());
    }
    return node;
  }

  private void scrub(Path position) {
    ScrubPosition reached = new ScrubPosition(position, Schedulers.boundedElastic());
    scrubbing.update(
        Mono.delay(SCRUB_AFTER)
            .then(dds.keeping().scrub(reached))
            .subscribe(over -> {}, failure -> LOG.warn("scrubbing has ended", failure)));
  }

  /** By peers of old: nobody waits for that, nor is there a message where it does not work. */
  private Disposable rejoin() {
    return dht.bootstrap(List.of())
        .subscribe(
            result -> LOG.debug("found peers of old: {}", result),
            failure -> LOG.debug("found no peers of old", failure));
  }

  /**
   * Enters the network by the bootstrap peers; completes once one of them was reached and has told
   * of others. All are tried again in the background for as long as nobody is known.
   *
   * <p>Errors: {@link BootstrapException} where none was reached within {@code limit}.
   */
  public Mono<Void> join(Duration limit) {
    return Mono.defer(() -> joining(limit).byTheFirst());
  }

  /**
   * As {@link #join}, but waits for all of them, each as long as {@code limit}; answers which could
   * not be reached, and why.
   */
  public Mono<Map<Multiaddr, String>> joinAll(Duration limit) {
    return Mono.defer(() -> joining(limit).byAll());
  }

  private Joining joining(Duration limit) {
    Joining attempt = new Joining(host, dht, config.bootstrap(), limit);
    joining.update(attempt);
    return attempt;
  }

  public NodeConfig config() {
    return config;
  }

  public Dds dds() {
    return dds;
  }

  public Host host() {
    return host;
  }

  /** Where it listens, each interface by itself, with {@code /p2p} and its id. */
  public List<Multiaddr> addresses() {
    return named(
        host.listenAddresses().stream()
            .flatMap(address -> InterfaceAddresses.expand(address).stream())
            .toList());
  }

  /** What it tells others, with {@code /p2p} and its id. */
  public List<Multiaddr> announced() {
    return named(host.announcedAddresses());
  }

  private List<Multiaddr> named(List<Multiaddr> addresses) {
    return addresses.stream().map(address -> address.withPeerId(host.id())).toList();
  }

  /**
   * Ends all parts, those that use others first. What is under way is given up; takes less than 5
   * s. Idempotent.
   */
  public Mono<Void> close() {
    return close;
  }

  private Mono<Void> closeParts() {
    joining.dispose();
    scrubbing.dispose();
    return closePart("engine", dds.close())
        .then(closePart("DHT", dht.close()))
        .then(closePart("host", host.close()))
        .then(closePart("store", stores.close()));
  }

  private static Mono<Void> closePart(String part, Mono<Void> close) {
    return close
        .timeout(CLOSE_LIMIT)
        .doOnError(failure -> LOG.warn("the {} did not close in order", part, failure))
        .onErrorComplete();
  }

  private static <T> Function<Throwable, Mono<T>> closing(String part, Mono<Void> close) {
    return failure -> closePart(part, close).then(Mono.error(failure));
  }
}
