package io.echonet.dds.transport.identify;

import io.echonet.dds.transport.AddressSource;
import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.DelimitedMessages;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerStore;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamException;
import io.echonet.dds.transport.StreamOptions;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Tells peers who and where this host is and what it speaks, and notes what they tell. */
public final class Identify {
  /** The protocol by which a peer is asked. */
  public static final String PROTOCOL = "/ipfs/id/1.0.0";

  /** The protocol by which a peer tells of changes unasked. */
  public static final String PUSH_PROTOCOL = "/ipfs/id/push/1.0.0";

  private static final Logger LOG = LoggerFactory.getLogger(Identify.class);

  private final Host host;
  private final PeerStore store;
  private final IdentifyConfig config;
  private final Scheduler timer;
  private final Listener listener;
  private final OwnRecord ownRecord;
  private final KnownRecords knownRecords;
  private final ObservedAddresses observed;
  private final AtomicInteger untoldChanges = new AtomicInteger();
  private final Disposable.Swap nextPush = Disposables.swap();
  private final Disposable.Swap push = Disposables.swap();
  private final Disposable.Composite running = Disposables.composite(nextPush, push);

  /** Told when a peer has introduced itself, after the store knows of it. */
  @FunctionalInterface
  public interface Listener {
    /**
     * The introduction is noted.
     *
     * @param addresses what the peer said it listens on, empty where it did not say
     */
    void identified(Connection connection, List<Multiaddr> addresses);
  }

  public Identify(
      Host host, PeerStore store, IdentifyConfig config, Scheduler timer, Listener listener) {
    this.host = host;
    this.store = store;
    this.config = config;
    this.timer = timer;
    this.listener = listener;
    this.knownRecords = new KnownRecords(config.records(), () -> timer.now(TimeUnit.NANOSECONDS));
    this.observed = new ObservedAddresses(config.observation());
    this.ownRecord = new OwnRecord(host.identity(), () -> timer.now(TimeUnit.MILLISECONDS));
  }

  /** Serves both protocols until the result is disposed of, which also ends pushes under way. */
  public Disposable start() {
    running.add(host.handle(PROTOCOL, this::introduce));
    running.add(host.handle(PUSH_PROTOCOL, this::noteIntroduction));
    return running;
  }

  /**
   * Asks the peer who it is and notes the answer.
   *
   * <p>Errors: {@link StreamException} where the answer does not come within the configured time,
   * is malformed, or carries another peer's key; nothing of it is noted then.
   */
  public Mono<Void> ask(Connection connection) {
    return Mono.usingWhen(
            connection.newStream(StreamOptions.defaults(), List.of(PROTOCOL)),
            this::noteIntroduction,
            Stream::close,
            (stream, failure) -> Mono.fromRunnable(stream::reset),
            stream -> Mono.fromRunnable(stream::reset))
        .timeout(config.timeout(), late(connection), timer);
  }

  private static <T> Mono<T> late(Connection connection) {
    return Mono.error(
        () -> new StreamException(connection.remotePeer() + " did not introduce itself in time"));
  }

  /** What this host is has changed: connected peers that understand a push are told shortly. */
  public void changed() {
    if (!running.isDisposed() && untoldChanges.getAndIncrement() == 0) {
      schedulePush();
    }
  }

  private void schedulePush() {
    nextPush.update(
        timer.schedule(this::pushToAll, config.pushDelay().toNanos(), TimeUnit.NANOSECONDS));
  }

  /**
   * One at a time, so that the last one begun tells the last change: a push that is still under way
   * is out of date, and given up.
   */
  private void pushToAll() {
    int changes = untoldChanges.get();
    push.update(
        Flux.fromIterable(host.connections())
            .filter(this::understandsPush)
            .flatMap(this::push, config.pushWidth(), 1)
            .subscribe());
    if (untoldChanges.addAndGet(-changes) != 0) {
      schedulePush();
    }
  }

  /** Whoever has not introduced itself yet may have asked us before the change. */
  private boolean understandsPush(Connection connection) {
    Set<String> protocols = store.protocols(connection.remotePeer());
    return protocols.isEmpty() || protocols.contains(PUSH_PROTOCOL);
  }

  private Mono<Void> push(Connection connection) {
    return Mono.usingWhen(
            connection.newStream(StreamOptions.defaults(), List.of(PUSH_PROTOCOL)),
            this::introduce,
            Stream::close,
            (stream, failure) -> Mono.fromRunnable(stream::reset),
            stream -> Mono.fromRunnable(stream::reset))
        .timeout(config.timeout(), timer)
        .onErrorResume(
            failure -> {
              LOG.debug("push to {} failed", connection.remotePeer(), failure);
              return Mono.empty();
            });
  }

  private Mono<Void> introduce(Stream stream) {
    return stream.send(Mono.fromSupplier(() -> introductionTo(stream.connection())));
  }

  private ByteBuf introductionTo(Connection connection) {
    List<Multiaddr> addresses = host.announcedAddresses();
    Introduction introduction =
        new Introduction(
            Optional.of(host.identity().publicKey()),
            addresses,
            Optional.empty(),
            host.protocols(),
            Optional.of(connection.remoteAddress()),
            Optional.of(config.protocolVersion()),
            Optional.of(config.agentVersion()));
    return DelimitedMessages.encode(
        introduction.encode(IdentifyConfig.OWN_MESSAGE_BYTES, ownRecord.of(addresses)));
  }

  private Mono<Void> noteIntroduction(Stream stream) {
    Connection connection = stream.connection();
    PeerId peer = connection.remotePeer();
    return DelimitedMessages.decode(stream.receive(), config.maxMessageBytes())
        .take(config.maxMessages())
        .collectList()
        .map(parts -> Introduction.decode(peer, parts, config.maxAddresses(), knownRecords))
        .timeout(config.timeout(), late(connection), timer)
        .doOnNext(introduction -> note(connection, introduction))
        .then();
  }

  private void note(Connection connection, Introduction introduction) {
    PeerId peer = connection.remotePeer();
    introduction.publicKey().ifPresent(key -> store.setPublicKey(peer, key));
    introduction.agentVersion().ifPresent(version -> store.setAgentVersion(peer, version));
    introduction
        .record()
        .ifPresentOrElse(
            record -> store.addCertified(record, config.addressLife()),
            () ->
                store.addAddresses(
                    peer, introduction.addresses(), AddressSource.TOLD, config.addressLife()));
    if (!introduction.protocols().isEmpty()) {
      store.setProtocols(peer, introduction.protocols());
    }
    introduction.observed().ifPresent(seen -> noteObservation(connection, seen));
    listener.identified(connection, introduction.addresses());
  }

  private void noteObservation(Connection connection, Multiaddr seen) {
    boolean changed =
        Observation.of(connection, seen, host.listenAddresses())
            .map(observation -> observed.note(observation, timer.now(TimeUnit.NANOSECONDS)))
            .orElse(false);
    if (changed) {
      changed();
    }
  }

  /**
   * Where peers see this host, and enough of them agree; what is announced where nothing else is
   * configured, besides the addresses listened on.
   */
  public List<Multiaddr> observedAddresses() {
    return observed.believed();
  }

  /** To be called from time to time: what peers have said is forgotten some time after they go. */
  public void renewObservations() {
    Set<PeerId> connected =
        host.connections().stream().map(Connection::remotePeer).collect(Collectors.toSet());
    if (observed.renew(connected, timer.now(TimeUnit.NANOSECONDS))) {
      changed();
    }
  }
}
