package io.echonet.dds.transport.host;

import io.echonet.dds.transport.AddressSource;
import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.HostEvent;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.ListenException;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerStore;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamHandler;
import io.echonet.dds.transport.StreamOptions;
import io.echonet.dds.transport.identify.Identify;
import io.echonet.dds.transport.ping.Ping;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** The host that is made of transports, handshakes and muxers. */
final class DefaultHost implements Host {
  private static final Logger LOG = LoggerFactory.getLogger(DefaultHost.class);

  private final Identity identity;
  private final HostConfig config;
  private final InMemoryPeerStore peerStore;
  private final HostEvents events;
  private final ConnectionTable connections;
  private final Places places;
  private final WindowMemory windows;
  private final ConnectionManager manager;
  private final OwnTasks tasks = new OwnTasks();
  private final InboundStreams inbound;
  private final Dialer dialer;
  private final Listening listening;
  private final Identify identify;
  private final List<Multiaddr> listenedAddresses = new CopyOnWriteArrayList<>();
  private final Sinks.Empty<Void> closed = Sinks.empty();
  private final Mono<Void> close;

  private DefaultHost(
      Identity identity, HostConfig config, HostParts parts, InMemoryPeerStore peerStore) {
    this.identity = identity;
    this.config = config;
    PeerId self = identity.peerId();
    this.peerStore = peerStore;
    this.events = new HostEvents(config.eventBacklog());
    this.connections = new ConnectionTable(self, config.limits().connections(), events);
    this.places = new Places(config.limits(), System::nanoTime);
    this.manager = new ConnectionManager(self, config.trimming(), connections, System::nanoTime);
    Gate gate = new Gate(config.gater());
    this.inbound =
        new InboundStreams(config.limits(), config.negotiationTimeout(), parts.timer(), tasks);
    this.windows = new WindowMemory(config.limits());
    Upgrader upgrader =
        new Upgrader(self, config, parts, gate, windows, peerStore, this::adopt, inbound::accept);
    this.dialer =
        new Dialer(self, config.dialing(), parts, peerStore, connections, gate, places, upgrader);
    this.listening = new Listening(parts.transports(), gate, places, upgrader, tasks);
    this.identify =
        new Identify(this, peerStore, config.identify(), parts.timer(), this::identified);
    this.close = Mono.defer(() -> closeAll(parts)).doFinally(signal -> ended()).cache();
  }

  /** A host that serves identify and ping, and listens nowhere yet. */
  static DefaultHost start(Identity identity, HostConfig config, HostParts parts) {
    return start(
        identity, config, parts, InMemoryPeerStore.create(config.peerStore(), parts.clock()));
  }

  /** As {@link #start(Identity, HostConfig, HostParts)}, with {@code peerStore} for its own. */
  static DefaultHost start(
      Identity identity, HostConfig config, HostParts parts, InMemoryPeerStore peerStore) {
    DefaultHost host = new DefaultHost(identity, config, parts, peerStore);
    host.tasks.add(host.identify.start());
    Ping ping = new Ping(config.ping(), peerStore, parts.timer(), parts.random(), System::nanoTime);
    host.tasks.add(host.inbound.handle(Ping.PROTOCOL, ping.responder()));
    Duration addressLife = config.identify().addressLife();
    Duration observationLife = config.identify().observation().life();
    Duration shorter = addressLife.compareTo(observationLife) < 0 ? addressLife : observationLife;
    long half = shorter.dividedBy(2).toNanos();
    host.tasks.add(
        parts.timer().schedulePeriodically(host::renew, half, half, TimeUnit.NANOSECONDS));
    long interval = config.trimming().interval().toNanos();
    host.tasks.add(
        parts
            .timer()
            .schedulePeriodically(host.manager::tidy, interval, interval, TimeUnit.NANOSECONDS));
    return host;
  }

  @Override
  public PeerId id() {
    return identity.peerId();
  }

  @Override
  public Identity identity() {
    return identity;
  }

  @Override
  public List<Multiaddr> listenAddresses() {
    return listening.addresses();
  }

  @Override
  public List<Multiaddr> announcedAddresses() {
    if (!config.announcedAddresses().isEmpty()) {
      return config.announcedAddresses();
    }
    Set<Multiaddr> all = new LinkedHashSet<>(listenedAddresses);
    all.addAll(identify.observedAddresses());
    return List.copyOf(all);
  }

  @Override
  public Mono<Multiaddr> listen(Multiaddr address) {
    if (address.isName()) {
      return Mono.error(
          () ->
              new ListenException(
                  "cannot listen on "
                      + address
                      + ": it is a name, not an address of this machine"));
    }
    return listening
        .listen(address)
        .flatMap(
            bound ->
                Mono.fromRunnable(() -> listenedAddresses.addAll(InterfaceAddresses.expand(bound)))
                    .subscribeOn(Schedulers.boundedElastic())
                    .thenReturn(bound))
        .doOnNext(bound -> identify.changed());
  }

  @Override
  public Mono<Connection> connect(PeerId peer) {
    return dialer.connect(peer);
  }

  @Override
  public Mono<Connection> connect(Multiaddr address) {
    return dialer.connect(address);
  }

  @Override
  public Mono<Stream> newStream(PeerId peer, StreamOptions options, String... protocols) {
    List<String> proposed = List.of(protocols);
    return connect(peer).flatMap(connection -> connection.newStream(options, proposed));
  }

  @Override
  public Disposable handle(String protocol, StreamHandler handler) {
    Disposable served = inbound.handle(protocol, handler);
    identify.changed();
    return Disposables.composite(
        () -> {
          served.dispose();
          identify.changed();
        });
  }

  @Override
  public List<String> protocols() {
    return inbound.protocols();
  }

  @Override
  public List<Connection> connections() {
    return List.copyOf(connections.all());
  }

  /** What the receive windows of all connections have taken of {@link MemoryLimits}, in bytes. */
  long windowMemory() {
    return windows.taken();
  }

  @Override
  public void protect(PeerId peer, String tag) {
    manager.protect(peer, tag);
  }

  @Override
  public void unprotect(PeerId peer, String tag) {
    manager.unprotect(peer, tag);
  }

  @Override
  public Flux<HostEvent> events() {
    return events.events();
  }

  @Override
  public PeerStore peerStore() {
    return peerStore;
  }

  /** On the connection's event loop; what it throws closes the connection. */
  private void adopt(HostConnection connection) {
    connections.admit(connection);
    PeerId peer = connection.remotePeer();
    peerStore.protect(peer);
    peerStore.setPublicKey(peer, connection.remotePublicKey());
    connection.onClose().subscribe(nothing -> {}, failure -> {}, () -> dismiss(connection));
    events.drain();
    manager.onConnected();
    tasks.run(
        introduced(connection),
        failure -> LOG.debug("{} is not identified: {}", connection, failure.toString()));
  }

  /** The answer takes one round trip, which on a connection that was not dialled is the first. */
  private Mono<Void> introduced(HostConnection connection) {
    return Mono.defer(
        () -> {
          long begin = System.nanoTime();
          return identify
              .ask(connection)
              .doOnSuccess(
                  done ->
                      peerStore.addRoundTrip(
                          connection.remotePeer(), Duration.ofNanos(System.nanoTime() - begin)));
        });
  }

  private void identified(Connection connection, List<Multiaddr> addresses) {
    if (connection instanceof HostConnection known) {
      if (!addresses.isEmpty()) {
        known.setToldAddresses(addresses);
      }
      connections.enqueueIdentified(known);
      events.drain();
    }
  }

  private void dismiss(HostConnection connection) {
    keepAddresses(connection);
    peerStore.unprotect(connection.remotePeer());
    connections.remove(connection);
    events.drain();
  }

  private void renew() {
    connections.all().forEach(this::keepAddresses);
    identify.renewObservations();
  }

  /**
   * Addresses count from the end of the connection on: while it is open they are known to be good.
   */
  private void keepAddresses(HostConnection connection) {
    Duration life = config.identify().addressLife();
    peerStore.addAddresses(
        connection.remotePeer(), connection.toldAddresses(), AddressSource.TOLD, life);
  }

  @Override
  public Mono<Void> close() {
    return close;
  }

  private Mono<Void> closeAll(HostParts parts) {
    dialer.close();
    List<HostConnection> open = connections.close();
    Mono<Void> farewells =
        Flux.fromIterable(open).flatMap(HostConnection::close, Integer.MAX_VALUE, 1).then();
    return Mono.when(listening.close(), farewells)
        .timeout(config.closeTimeout(), parts.timer())
        .onErrorComplete()
        .then(whateverComes(() -> open.forEach(HostConnection::abort)))
        .then(whateverComes(tasks::dispose))
        .then(release(parts));
  }

  /** Each step has its own time: a slow disk must not keep event loops from ending. */
  private Mono<Void> release(HostParts parts) {
    return Flux.fromIterable(parts.release())
        .concatMap(step -> step.timeout(config.closeTimeout(), parts.timer()).onErrorComplete(), 1)
        .then();
  }

  /**
   * A step of closing that fails must not keep the steps after it from releasing what they hold.
   */
  private Mono<Void> whateverComes(Runnable step) {
    return Mono.<Void>fromRunnable(step)
        .onErrorResume(
            failure -> {
              LOG.warn("closing {} did not go as it should", this, failure);
              return Mono.empty();
            });
  }

  private void ended() {
    events.end();
    closed.tryEmitEmpty();
  }

  @Override
  public Mono<Void> onClose() {
    return closed.asMono();
  }

  @Override
  public String toString() {
    return "host " + id();
  }
}
