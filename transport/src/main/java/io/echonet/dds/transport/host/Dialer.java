package io.echonet.dds.transport.host;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.DialException;
import io.echonet.dds.transport.LimitExceededException;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerStore;
import io.echonet.dds.transport.spi.Role;
import io.echonet.dds.transport.spi.Transport;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Finds the open connection to a peer, or makes one; who wants the same at the same time shares a
 * dial.
 */
final class Dialer {
  private final PeerId self;
  private final DialConfig config;
  private final HostParts parts;
  private final PeerStore peerStore;
  private final ConnectionTable connections;
  private final Upgrader upgrader;
  private final DialBackOff backOff;
  private final DialTurns turns;
  private final Map<Object, Mono<Connection>> running = new ConcurrentHashMap<>();
  private final Sinks.Empty<Void> closed = Sinks.empty();

  Dialer(
      PeerId self,
      DialConfig config,
      HostParts parts,
      PeerStore peerStore,
      ConnectionTable connections,
      Upgrader upgrader) {
    this.self = self;
    this.config = config;
    this.parts = parts;
    this.peerStore = peerStore;
    this.connections = connections;
    this.upgrader = upgrader;
    this.backOff = new DialBackOff(config, parts.clock());
    this.turns = new DialTurns(config);
  }

  /** As {@link io.echonet.dds.transport.Host#connect(PeerId)}. */
  Mono<Connection> connect(PeerId peer) {
    return shared(
        peer,
        () -> connections.preferred(peer),
        () -> dial(peer.toString(), peer, peerStore.addresses(peer), true));
  }

  /** As {@link io.echonet.dds.transport.Host#connect(Multiaddr)}. */
  Mono<Connection> connect(Multiaddr address) {
    PeerId peer = address.peerId().orElse(null);
    List<Multiaddr> only = List.of(address.withoutPeerId());
    return peer == null
        ? shared(address, () -> connections.dialledBy(address), () -> dial("", null, only, false))
        : shared(
            address,
            () -> connections.preferred(peer),
            () -> dial(peer.toString(), peer, only, false));
  }

  private interface Lookup {
    Optional<Connection> find();
  }

  private interface Attempt {
    Mono<Connection> dial();
  }

  /** The dial goes on while at least one waits for it. */
  private Mono<Connection> shared(Object key, Lookup open, Attempt attempt) {
    return Mono.defer(
        () ->
            open.find()
                .map(Mono::just)
                .orElseGet(() -> running.computeIfAbsent(key, k -> share(k, open, attempt))));
  }

  private Mono<Connection> share(Object key, Lookup open, Attempt attempt) {
    return Mono.defer(() -> open.find().map(Mono::just).orElseGet(attempt::dial))
        .takeUntilOther(closed.asMono())
        .switchIfEmpty(Mono.error(() -> new DialException("the host is closed")))
        .doFinally(signal -> running.remove(key))
        .flux()
        .replay(1)
        .refCount(1)
        .next();
  }

  private Mono<Connection> dial(
      String whom, @Nullable PeerId expected, List<Multiaddr> addresses, boolean heedBackOff) {
    if (expected != null && self.equals(expected)) {
      return Mono.error(new DialException("a host does not dial itself"));
    }
    if (addresses.isEmpty()) {
      return Mono.error(new DialException("no address of " + whom + " is known"));
    }
    List<Multiaddr> best = addresses.subList(0, Math.min(addresses.size(), config.maxAddresses()));
    return new StaggeredDial(
            whom,
            best,
            address -> attempt(address, expected, heedBackOff),
            config.stagger(),
            parts.timer())
        .run();
  }

  private Mono<Connection> attempt(
      Multiaddr address, @Nullable PeerId expected, boolean heedBackOff) {
    Optional<Transport> transport =
        parts.transports().stream().filter(t -> t.understands(address)).findFirst();
    if (transport.isEmpty()) {
      return Mono.error(new DialException("no transport understands it"));
    }
    Optional<String> failed =
        heedBackOff && expected != null ? backOff.reason(expected, address) : Optional.empty();
    if (failed.isPresent()) {
      return Mono.error(new DialException("failed a moment ago: " + failed.get()));
    }
    AtomicBoolean tried = new AtomicBoolean();
    Mono<Connection> dial =
        Mono.defer(
            () -> {
              if (connections.isFull()) {
                throw new LimitExceededException("no more connections may be open");
              }
              tried.set(true);
              return transport
                  .get()
                  .dial(address)
                  .flatMap(raw -> upgrader.upgrade(raw, Role.INITIATOR, expected));
            });
    Mono<Connection> limited =
        turns.run(dial).timeout(config.timeout(), Mono.error(this::late), parts.timer());
    return expected == null
        ? limited
        : limited
            .doOnNext(connection -> backOff.succeeded(expected, address))
            .doOnError(failure -> noteFailure(expected, address, tried.get(), failure));
  }

  /** What this host's own limits prevented says nothing about the address. */
  private void noteFailure(PeerId peer, Multiaddr address, boolean tried, Throwable failure) {
    if (tried && !(failure instanceof LimitExceededException)) {
      backOff.failed(peer, address, StaggeredDial.reason(failure));
    }
  }

  private ConnectionException late() {
    return new ConnectionException("no connection within " + config.timeout());
  }

  /** Dials under way fail, and so do all to come. */
  void close() {
    closed.tryEmitEmpty();
  }
}
