package io.echonet.dds.transport.host;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.DialException;
import io.echonet.dds.transport.GatedException;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.dns.Resolution;
import io.echonet.dds.transport.dns.ResolverConfig;
import io.echonet.dds.transport.host.Places.Place;
import io.echonet.dds.transport.spi.Role;
import io.echonet.dds.transport.spi.Transport;
import io.echonet.dds.transport.spi.Transport.RawConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
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
  private final InMemoryPeerStore peerStore;
  private final ConnectionTable connections;
  private final Gate gate;
  private final Places places;
  private final Upgrader upgrader;
  private final DialBackOff backOff;
  private final DialTurns turns;
  private final DialTurns resolutions;
  private final Map<Object, SharedDial> running = new ConcurrentHashMap<>();
  private final Sinks.Empty<Void> closed = Sinks.empty();

  Dialer(
      PeerId self,
      DialConfig config,
      HostParts parts,
      InMemoryPeerStore peerStore,
      ConnectionTable connections,
      Gate gate,
      Places places,
      Upgrader upgrader) {
    this.self = self;
    this.config = config;
    this.parts = parts;
    this.peerStore = peerStore;
    this.connections = connections;
    this.gate = gate;
    this.places = places;
    this.upgrader = upgrader;
    this.backOff = new DialBackOff(config, parts.clock());
    this.turns = new DialTurns("dials", config.maxConcurrent(), config.maxWaiting());
    ResolverConfig names = config.resolver();
    this.resolutions = new DialTurns("resolutions", names.maxConcurrent(), names.maxWaiting());
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
    // What follows a name narrows down what it stands for, so there the peer stays.
    List<Multiaddr> only = List.of(address.isName() ? address : address.withoutPeerId());
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
    Mono<Connection> dial =
        GivenUp.quietly(Mono.defer(() -> open.find().map(Mono::just).orElseGet(attempt::dial)))
            .takeUntilOther(closed.asMono())
            .switchIfEmpty(Mono.error(() -> new DialException("the host is closed")));
    Mono<Connection> joined =
        Mono.create(
            sink -> {
              SharedDial shared = running.computeIfAbsent(key, k -> begin(k, dial));
              while (!shared.tell(sink)) {
                running.remove(key, shared); // It is over, and about to go.
                shared = running.computeIfAbsent(key, k -> begin(k, dial));
              }
            });
    return Mono.defer(() -> open.find().map(Mono::just).orElse(joined));
  }

  private SharedDial begin(Object key, Mono<Connection> dial) {
    return new SharedDial(dial, over -> running.remove(key, over));
  }

  private Mono<Connection> dial(
      String whom, @Nullable PeerId expected, List<Multiaddr> addresses, boolean heedBackOff) {
    if (expected != null && self.equals(expected)) {
      return Mono.error(new DialException("a host does not dial itself"));
    }
    if (expected != null) {
      try {
        gate.checkDial(expected);
      } catch (GatedException e) {
        return Mono.error(
            new DialException("cannot reach " + whom + ": " + e.getMessage(), e, true));
      }
    }
    if (addresses.isEmpty()) {
      return Mono.error(new DialException("no address of " + whom + " is known"));
    }
    List<Multiaddr> best = addresses.subList(0, Math.min(addresses.size(), config.maxAddresses()));
    return Mono.defer(() -> new Attempts(whom, expected, best, heedBackOff).run());
  }

  /** One dial: what has been tried in it is not tried again by another name. */
  private final class Attempts {
    private final String whom;
    private final @Nullable PeerId expected;
    private final List<Multiaddr> candidates;
    private final boolean heedBackOff;
    private final Resolution resolution = parts.resolver().begin(Dialer.this::isUnderstood);
    private final Set<Multiaddr> taken = ConcurrentHashMap.newKeySet();

    Attempts(
        String whom, @Nullable PeerId expected, List<Multiaddr> candidates, boolean heedBackOff) {
      this.whom = whom;
      this.expected = expected;
      this.candidates = candidates;
      this.heedBackOff = heedBackOff;
      taken.addAll(candidates);
    }

    Mono<Connection> run() {
      return staggered(whom, candidates, this::attempt);
    }

    private Mono<Connection> attempt(Multiaddr address) {
      return address.isName()
          ? byName(address)
          : Dialer.this.attempt(address, expected, heedBackOff);
    }

    /**
     * In the turn of the name, all that it stands for: one that is tried early enough is not asked.
     */
    private Mono<Connection> byName(Multiaddr name) {
      return resolutions
          .run(resolution.resolve(name, expected))
          .timeout(config.timeout(), Mono.error(() -> late("answer")), parts.timer())
          .map(this::untried)
          .flatMap(found -> staggered("", found, this::attemptResolved));
    }

    private List<Multiaddr> untried(List<Multiaddr> found) {
      List<Multiaddr> untried =
          found.stream()
              .map(address -> expected == null ? address : address.withoutPeerId())
              .filter(taken::add)
              .toList();
      if (untried.isEmpty()) {
        throw new DialException("it leads to nothing that is not tried already");
      }
      return untried;
    }

    private Mono<Connection> attemptResolved(Multiaddr found) {
      PeerId peer = expected == null ? found.peerId().orElse(null) : expected;
      Multiaddr address = found.withoutPeerId();
      if (expected == null && peer != null) {
        gate.checkDial(peer);
      }
      Optional<Connection> open =
          peer == null ? connections.dialledBy(address) : connections.preferred(peer);
      return open.map(Mono::just).orElseGet(() -> Dialer.this.attempt(address, peer, heedBackOff));
    }
  }

  private Mono<Connection> staggered(
      String whom, List<Multiaddr> addresses, Function<Multiaddr, Mono<Connection>> attempt) {
    return new StaggeredDial(whom, addresses, attempt, config.stagger(), parts.timer()).run();
  }

  private boolean isUnderstood(Multiaddr address) {
    return parts.transports().stream().anyMatch(transport -> transport.understands(address));
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
    AtomicLong roundTrip = new AtomicLong();
    Mono<Connection> dial =
        Mono.defer(
            () -> {
              gate.checkDial(address, expected);
              Place place = places.dial();
              tried.set(true);
              long begin = System.nanoTime();
              return connected(transport.get(), address, place)
                  .doOnNext(raw -> roundTrip.set(System.nanoTime() - begin))
                  .flatMap(raw -> upgrader.upgrade(raw, Role.INITIATOR, expected));
            });
    Mono<Connection> limited =
        turns
            .run(dial)
            .timeout(config.timeout(), Mono.error(() -> late("connection")), parts.timer());
    Mono<Connection> noted =
        limited.doOnNext(
            connection -> {
              PeerId peer = connection.remotePeer();
              peerStore.dialled(peer, address);
              peerStore.addRoundTrip(peer, Duration.ofNanos(roundTrip.get()));
              peerStore.addSuccess(peer);
            });
    return expected == null
        ? noted
        : noted
            .doOnNext(connection -> backOff.succeeded(expected, address))
            .doOnError(failure -> noteFailure(expected, address, tried.get(), failure));
  }

  /** The place is the connection's once there is one. */
  private static Mono<RawConnection> connected(
      Transport transport, Multiaddr address, Place place) {
    AtomicBoolean handedOver = new AtomicBoolean();
    return transport
        .dial(address)
        .doOnNext(
            raw -> {
              handedOver.set(true);
              place.leaveWith(raw.channel());
            })
        // Before whoever waits hears of it: the next in turn needs a place, too.
        .doOnTerminate(() -> leaveUnless(handedOver, place))
        .doOnCancel(() -> leaveUnless(handedOver, place));
  }

  private static void leaveUnless(AtomicBoolean handedOver, Place place) {
    if (!handedOver.get()) {
      place.leave();
    }
  }

  /** What this host itself prevented says nothing about the address. */
  private void noteFailure(PeerId peer, Multiaddr address, boolean tried, Throwable failure) {
    if (tried && !DialException.isRefusedHere(failure)) {
      backOff.failed(peer, address, StaggeredDial.reason(failure));
      peerStore.dialFailed(peer, address);
      peerStore.addFailure(peer);
    }
  }

  private ConnectionException late(String what) {
    return new ConnectionException("no " + what + " within " + config.timeout());
  }

  /** Dials under way fail, and so do all to come. */
  void close() {
    closed.tryEmitEmpty();
  }
}
