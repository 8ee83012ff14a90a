package io.echonet.dds.transport.kad;

import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.ContentRouting;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.LimitExceededException;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.PeerRouting;
import io.echonet.dds.transport.ValueRouting;
import io.echonet.dds.transport.disk.Flushing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A node of a Kademlia DHT (libp2p specification kad-dht): finds peers and providers, announces
 * what its host provides and, in server mode, keeps the records of others.
 *
 * <p>Thread-safe; nothing blocks. A search that has to wait its turn behind too many others fails
 * with {@link LimitExceededException}; that nobody answers is no failure.
 */
public final class KademliaDht implements ContentRouting, PeerRouting, ValueRouting {
  /** How long a record that was received may be lost in a crash. */
  private static final Duration FLUSH_INTERVAL = Duration.ofSeconds(2);

  private final Host host;
  private final KadConfig config;
  private final KnownPeers known;
  private final ProviderStore providers;
  private final Values values;
  private final KadCodec codec;
  private final Walks walks;
  private final Permits permits;
  private final Announcer announcer;
  private final PeerFinder peerFinder;
  private final ProviderFinder providerFinder;
  private final Lookups lookups = new Lookups();
  private final ValueExchange exchange;
  private final Upkeep upkeep;
  private final Bootstrap bootstrap;
  private final Random random;
  private final Scheduler scheduler;
  private final Sinks.Empty<Void> closed = Sinks.empty();
  private @Nullable KadServer server;
  private @Nullable Disposable serving;
  private boolean closing;
  private volatile Mono<Void> closeLog = Mono.empty();

  private KademliaDht(
      Host host,
      KadConfig config,
      KnownPeers known,
      ProviderStore providers,
      Scheduler scheduler,
      Random random) {
    this.host = host;
    this.config = config;
    this.scheduler = scheduler;
    this.random = random;
    this.known = known;
    this.providers = providers;
    this.values = new Values(known, config.values());
    this.codec = new KadCodec(config.walks().maxPeersPerResponse(), config.maxAddresses());
    Queries queries = new Queries(host, config, known, codec, scheduler);
    this.walks = new Walks(config, known, queries, lookups, scheduler);
    this.permits = new Permits(config.walks().maxRunning(), config.walks().maxWaiting());
    this.announcer = new Announcer(config, known, queries, walks, random, scheduler);
    this.peerFinder = new PeerFinder(host, known, walks, permits);
    this.providerFinder = new ProviderFinder(config, known, providers, walks, permits, peerFinder);
    this.exchange = new ValueExchange(config, values, queries, walks, permits);
    this.upkeep =
        new Upkeep(host, config, known, queries, walks, this::expireRecords, random, scheduler);
    this.bootstrap =
        new Bootstrap(host, config, known, queries, walks, upkeep::refreshSoon, random, scheduler);
  }

  /** A node on {@code host} from now until {@link #close}, on the machine's own time. */
  public static KademliaDht start(Host host, KadConfig config, KadMode mode) {
    return start(host, config, mode, Schedulers.parallel(), Clock.systemUTC(), new Random());
  }

  /**
   * As {@link #start(Host, KadConfig, KadMode)}.
   *
   * @param scheduler what is timed, and what a walk decides, runs on; never blocked
   * @param clock the time, which should be the scheduler's
   * @throws IllegalStateException where the mode is server and the host serves the protocol already
   */
  public static KademliaDht start(
      Host host, KadConfig config, KadMode mode, Scheduler scheduler, Clock clock, Random random) {
    KnownPeers known = new KnownPeers(host, config, clock);
    return start(host, config, mode, known, new ProviderStore(config.records()), scheduler, random);
  }

  private static KademliaDht start(
      Host host,
      KadConfig config,
      KadMode mode,
      KnownPeers known,
      ProviderStore providers,
      Scheduler scheduler,
      Random random) {
    KademliaDht dht = new KademliaDht(host, config, known, providers, scheduler, random);
    dht.mode(mode);
    dht.upkeep.start();
    dht.bootstrap.start();
    dht.upkeep.with(host.onClose().then(dht.close()).subscribe());
    return dht;
  }

  /**
   * As {@link #start(Host, KadConfig, KadMode)}, with the provider records of others kept in {@code
   * file} as well, from which they are read first. The file is this node's alone; it is created
   * where it is missing, and what is damaged of it is passed over. Completes when the node has
   * started.
   *
   * <p>Errors: {@link UncheckedIOException} where the file cannot be opened or read, or is of a
   * later version.
   */
  public static Mono<KademliaDht> open(Host host, KadConfig config, KadMode mode, Path file) {
    return open(
        host,
        config,
        mode,
        file,
        Schedulers.parallel(),
        Schedulers.boundedElastic(),
        Clock.systemUTC(),
        new Random());
  }

  /**
   * As {@link #open(Host, KadConfig, KadMode, Path)}.
   *
   * @param disk where the file is read and written, which blocks
   */
  static Mono<KademliaDht> open(
      Host host,
      KadConfig config,
      KadMode mode,
      Path file,
      Scheduler scheduler,
      Scheduler disk,
      Clock clock,
      Random random) {
    return Mono.fromCallable(
            () -> {
              KnownPeers known = new KnownPeers(host, config, clock);
              ProviderStore providers = new ProviderStore(config.records());
              ProviderLog log = ProviderLog.open(file, providers, host.id(), known.now());
              KademliaDht dht = start(host, config, mode, known, providers, scheduler, random);
              dht.keep(log, disk);
              return dht;
            })
        .onErrorMap(IOException.class, UncheckedIOException::new)
        .subscribeOn(disk);
  }

  private void keep(ProviderLog log, Scheduler disk) {
    closeLog = Flushing.every(FLUSH_INTERVAL, log::flush, scheduler, disk).close(log::close);
  }

  /** What this node does for others now. */
  public synchronized KadMode mode() {
    return server == null ? KadMode.CLIENT : KadMode.SERVER;
  }

  /**
   * Changes what this node does for others. As a client it no longer advertises the protocol, and
   * streams that are open end at their next request; what it keeps for others it keeps until it
   * expires.
   */
  public synchronized void mode(KadMode mode) {
    if (mode == mode() || closing) {
      return;
    }
    if (mode == KadMode.SERVER) {
      KadServer started =
          new KadServer(
              new Requests(known, providers, values, config, random),
              known,
              codec,
              config.inbound(),
              scheduler);
      serving = host.handle(config.protocol(), started);
      server = started;
    } else {
      stopServing();
    }
  }

  private void stopServing() {
    if (server != null && serving != null) {
      serving.dispose();
      server.stop();
      serving = null;
      server = null;
    }
  }

  /**
   * Joins the network by peers at {@code addresses}; completes once those were tried and the
   * neighbourhood of this node was looked up. Where none could be reached, peers that the host's
   * peer store remembers are tried, the most reliable first. Where nobody is there, and whenever
   * the routing table has become empty, they are tried again in the background, until {@link
   * #close}.
   */
  public Mono<BootstrapResult> bootstrap(List<Multiaddr> addresses) {
    return bootstrap.join(addresses);
  }

  /** How many peers the routing table holds. */
  public int knownPeers() {
    return known.table().size();
  }

  /**
   * How each lookup went that ends from subscription on, those that keep the routing table
   * included. Hot; a subscriber that does not keep up misses some. Completes when this node closes.
   */
  public Flux<Lookup> lookups() {
    return lookups.all().takeUntilOther(closed.asMono());
  }

  /** How the lookups went that have ended so far. */
  public LookupTotals lookupTotals() {
    return lookups.totals();
  }

  /** How many provider records are kept. */
  public int providerRecords() {
    return providers.size();
  }

  /** How many values are kept for others. */
  public int valueRecords() {
    return values.size();
  }

  private void expireRecords() {
    providers.expire(known.now());
    values.expire();
  }

  /** Whether a record of {@code key} is kept here. */
  boolean keepsRecordOf(Multihash key) {
    return !providers.providers(key, known.now()).isEmpty();
  }

  /** How many walks were begun so far. */
  long walksBegun() {
    return walks.begun();
  }

  @Override
  public Mono<Integer> provide(Multihash key) {
    return permits
        .inTurn(
            Flux.defer(
                () -> {
                  keepOwn(key);
                  return announcer.announce(key);
                }))
        .single();
  }

  @Override
  public Flux<Provided> provideAll(Publisher<Multihash> keys) {
    return announcer.announce(Flux.from(keys).doOnNext(this::keepOwn), permits);
  }

  /**
   * In a small network whoever searches asks every node: those that provide should say so
   * themselves.
   */
  private void keepOwn(Multihash key) {
    PeerInfo self = known.info(host.id());
    if (!self.addresses().isEmpty()) {
      providers.add(key, self, known.now());
    }
  }

  @Override
  public Flux<PeerInfo> findProviders(Multihash key, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit of " + limit + " providers");
    }
    return providerFinder.find(key, limit);
  }

  /**
   * {@inheritDoc} A connected peer is answered at once with the addresses known of it, others are
   * walked to until somebody names one or the peer itself connects; where nobody on the way knows
   * the peer, the addresses known from earlier are the answer.
   */
  @Override
  public Mono<PeerInfo> findPeer(PeerId peer) {
    return peerFinder.find(peer);
  }

  @Override
  public Flux<PeerInfo> closestPeers(Multihash key) {
    return permits
        .inTurn(walks.closest(key).flux())
        .concatMapIterable(contacts -> contacts)
        .map(contact -> known.info(contact.peer()));
  }

  @Override
  public Mono<Void> putValue(byte[] key, byte[] value) {
    return exchange.put(key, value);
  }

  @Override
  public Mono<byte[]> getValue(byte[] key) {
    return exchange.get(key);
  }

  /**
   * Stops serving, refreshing and retrying, and completes when the records are on disk where they
   * are kept there; searches under way go on. Idempotent.
   */
  public Mono<Void> close() {
    return Mono.<Void>fromRunnable(this::stop)
        .then(Mono.defer(() -> closeLog))
        .doOnSuccess(done -> closed.tryEmitEmpty());
  }

  private void stop() {
    synchronized (this) {
      closing = true;
      stopServing();
    }
    bootstrap.dispose();
    exchange.dispose();
    upkeep.dispose();
  }

  /** Completes when this node has closed. */
  public Mono<Void> onClose() {
    return closed.asMono();
  }
}
