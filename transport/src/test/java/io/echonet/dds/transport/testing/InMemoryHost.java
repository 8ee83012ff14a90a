package io.echonet.dds.transport.testing;

import io.echonet.dds.transport.AddressSource;
import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.DialException;
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
import io.echonet.dds.transport.host.InMemoryPeerStore;
import io.echonet.dds.transport.host.PeerStoreConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A host of an in-memory network: all a host promises, but for sockets and handshakes. */
final class InMemoryHost implements Host {
  private static final Logger LOG = LoggerFactory.getLogger(InMemoryHost.class);
  private static final Duration ADDRESS_LIFE = Duration.ofHours(1);
  private static final int EVENT_BACKLOG = 256;

  private final InMemoryNetwork network;
  private final NetworkLoop loop;
  private final Identity identity;
  private final PeerStore peerStore;
  private final List<Multiaddr> listenAddresses = new CopyOnWriteArrayList<>();
  private final Map<String, StreamHandler> handlers = new ConcurrentHashMap<>();
  private final List<InMemoryConnection> connections = new CopyOnWriteArrayList<>();
  private final Map<Object, InMemoryDial> dials = new HashMap<>();
  private final Disposable.Composite serving = Disposables.composite();
  private final Sinks.Many<HostEvent> events = Sinks.many().multicast().directBestEffort();
  private final Sinks.Empty<Void> closed = Sinks.empty();
  private volatile boolean closing;

  InMemoryHost(InMemoryNetwork network, NetworkLoop loop, Identity identity) {
    this.network = network;
    this.loop = loop;
    this.identity = identity;
    this.peerStore = InMemoryPeerStore.create(PeerStoreConfig.defaults(), network.clock());
  }

  InMemoryNetwork network() {
    return network;
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
    return List.copyOf(listenAddresses);
  }

  @Override
  public List<Multiaddr> announcedAddresses() {
    return listenAddresses();
  }

  @Override
  public Mono<Multiaddr> listen(Multiaddr address) {
    return Mono.fromCallable(
        () -> {
          if (closing) {
            throw new ListenException("host is closed");
          }
          return listenNow(address);
        });
  }

  Multiaddr listenNow(Multiaddr address) {
    Multiaddr bound = network.bind(address, this);
    listenAddresses.add(bound);
    loop.execute(this::pushIdentify);
    return bound;
  }

  @Override
  public Mono<Connection> connect(PeerId peer) {
    return Mono.create(
        sink ->
            loop.execute(
                () ->
                    openConnection(peer)
                        .ifPresentOrElse(
                            sink::success,
                            () ->
                                dial(peer, Optional.of(peer), peerStore.addresses(peer))
                                    .await(sink))));
  }

  @Override
  public Mono<Connection> connect(Multiaddr address) {
    return Mono.create(
        sink ->
            loop.execute(
                () ->
                    openConnection(address)
                        .ifPresentOrElse(
                            sink::success,
                            () ->
                                dial(address, address.peerId(), List.of(address.withoutPeerId()))
                                    .await(sink))));
  }

  private InMemoryDial dial(Object key, Optional<PeerId> expected, List<Multiaddr> addresses) {
    InMemoryDial running = dials.get(key);
    if (running != null) {
      return running;
    }
    InMemoryDial dial = new InMemoryDial(loop, this, expected, addresses, () -> dials.remove(key));
    dials.put(key, dial);
    loop.execute(dial::start);
    return dial;
  }

  /** Where both ends have dialled, both use the connection of the one with the smaller id. */
  Optional<Connection> openConnection(PeerId peer) {
    List<InMemoryConnection> open = connectionsTo(peer);
    boolean preferOwn = id().compareTo(peer) < 0;
    return open.stream()
        .filter(c -> c.isInitiator() == preferOwn)
        .findFirst()
        .or(() -> open.stream().findFirst())
        .map(c -> c);
  }

  List<InMemoryConnection> connectionsTo(PeerId peer) {
    return connections.stream().filter(c -> c.remotePeer().equals(peer)).toList();
  }

  void linksChanged() {
    connections.forEach(connection -> connection.outgoing().linkChanged());
  }

  private Optional<Connection> openConnection(Multiaddr address) {
    return address
        .peerId()
        .map(this::openConnection)
        .orElseGet(
            () ->
                connections.stream()
                    .filter(c -> c.isInitiator() && c.remoteAddress().equals(address))
                    .findFirst()
                    .map(c -> c));
  }

  @Override
  public Mono<Stream> newStream(PeerId peer, StreamOptions options, String... protocols) {
    List<String> proposed = List.of(protocols);
    return connect(peer).flatMap(connection -> connection.newStream(options, proposed));
  }

  @Override
  public Disposable handle(String protocol, StreamHandler handler) {
    if (handlers.putIfAbsent(protocol, handler) != null) {
      throw new IllegalStateException(protocol + " is served already");
    }
    loop.execute(this::pushIdentify);
    return Disposables.composite(
        () -> {
          handlers.remove(protocol, handler);
          loop.execute(this::pushIdentify);
        });
  }

  @Override
  public List<String> protocols() {
    return handlers.keySet().stream().sorted().toList();
  }

  @Override
  public List<Connection> connections() {
    return List.copyOf(connections);
  }

  /** Here nothing is ever closed for being idle. */
  @Override
  public void protect(PeerId peer, String tag) {}

  @Override
  public void unprotect(PeerId peer, String tag) {}

  @Override
  public Flux<HostEvent> events() {
    return events
        .asFlux()
        .onBackpressureBuffer(EVENT_BACKLOG, missed -> {}, BufferOverflowStrategy.DROP_OLDEST);
  }

  @Override
  public PeerStore peerStore() {
    return peerStore;
  }

  boolean serves(String protocol) {
    return handlers.containsKey(protocol);
  }

  void serve(InMemoryStream stream) {
    StreamHandler handler = handlers.get(stream.protocol());
    if (handler == null) {
      stream.reset();
      return;
    }
    Disposable.Swap subscription = Disposables.swap();
    serving.add(subscription);
    subscription.update(
        Flux.defer(() -> handler.handle(stream))
            .doFinally(signal -> serving.remove(subscription))
            .subscribe(
                nothing -> {},
                failure -> {
                  LOG.debug("{} of {} failed", stream.protocol(), stream.connection(), failure);
                  stream.reset();
                },
                () -> stream.close().subscribe()));
  }

  void connected(InMemoryConnection connection) {
    connections.add(connection);
    peerStore.setPublicKey(connection.remotePeer(), connection.remotePublicKey());
    emit(new HostEvent.Connected(connection.remotePeer(), connection));
    identified(connection);
  }

  /** The peer's word on itself has come: at once with the connection, later by push. */
  void identified(InMemoryConnection connection) {
    InMemoryHost remote = connection.remoteHost();
    peerStore.addAddresses(
        remote.id(), remote.announcedAddresses(), AddressSource.TOLD, ADDRESS_LIFE);
    peerStore.setProtocols(remote.id(), remote.protocols());
    peerStore.setAgentVersion(remote.id(), "in-memory");
    emit(new HostEvent.Identified(remote.id(), connection));
  }

  /** Tells every peer, as fast as its link is, that protocols or addresses have changed. */
  private void pushIdentify() {
    connections.forEach(InMemoryConnection::pushIdentify);
  }

  void disconnected(InMemoryConnection connection) {
    PeerId peer = connection.remotePeer();
    if (connections.remove(connection)
        && connections.stream().noneMatch(c -> c.remotePeer().equals(peer))) {
      emit(new HostEvent.Disconnected(peer));
    }
  }

  private void emit(HostEvent event) {
    events.tryEmitNext(event);
  }

  boolean isClosed() {
    return closing;
  }

  @Override
  public Mono<Void> close() {
    return Mono.defer(
        () -> {
          loop.execute(() -> closeNow(InMemoryConnection::closeNow));
          return onClose();
        });
  }

  /** Ends at once; the peers find out by what {@code farewell} does. */
  void closeNow(Consumer<InMemoryConnection> farewell) {
    if (closing) {
      return;
    }
    closing = true;
    network.unbind(this);
    List.copyOf(dials.values())
        .forEach(dial -> dial.fail(new DialException("host was closed while it dialled")));
    connections.forEach(farewell);
    serving.dispose();
    events.tryEmitComplete();
    closed.tryEmitEmpty();
  }

  @Override
  public Mono<Void> onClose() {
    return closed.asMono();
  }

  @Override
  public String toString() {
    return "in-memory host " + id();
  }
}
