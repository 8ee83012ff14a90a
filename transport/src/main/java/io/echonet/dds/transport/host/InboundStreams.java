package io.echonet.dds.transport.host;

import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.StreamHandler;
import io.echonet.dds.transport.limits.IpPrefix;
import io.echonet.dds.transport.multistream.Multistream;
import io.echonet.dds.transport.multistream.NegotiatedStream;
import io.echonet.dds.transport.spi.MuxedStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The streams that peers open: what they are for is agreed on, then they are served. */
final class InboundStreams {
  private static final Logger LOG = LoggerFactory.getLogger(InboundStreams.class);

  private final ResourceLimits limits;
  private final Tally<PeerId> byPeer;
  private final Tally<IpPrefix> byPrefix;
  private final Duration negotiationTimeout;
  private final Scheduler timer;
  private final OwnTasks tasks;
  private final Map<String, Service> services = new ConcurrentHashMap<>();

  InboundStreams(
      ResourceLimits limits, Duration negotiationTimeout, Scheduler timer, OwnTasks tasks) {
    this.limits = limits;
    this.byPeer = new Tally<>(limits.streams().inAll(), limits.streams().perPeer());
    this.byPrefix = new Tally<>(limits.streams().inAll(), limits.prefix().streams());
    this.negotiationTimeout = negotiationTimeout;
    this.timer = timer;
    this.tasks = tasks;
  }

  /** As {@link io.echonet.dds.transport.Host#handle}. */
  Disposable handle(String protocol, StreamHandler handler) {
    Service service = new Service(handler, limits.streams());
    if (services.putIfAbsent(protocol, service) != null) {
      throw new IllegalStateException(protocol + " is served already");
    }
    return Disposables.composite(() -> services.remove(protocol, service));
  }

  List<String> protocols() {
    return services.keySet().stream().sorted().toList();
  }

  /** Called on the event loop. */
  void accept(HostConnection connection, MuxedStream stream) {
    if (connection.negotiating().get() >= limits.streams().maxNegotiating()
        || !admit(connection, stream)) {
      LOG.debug("{} opens too many streams", connection);
      stream.reset();
      return;
    }
    connection.negotiating().incrementAndGet();
    boolean started =
        tasks.run(
            GivenUp.quietly(
                    Multistream.answer(stream, services.keySet())
                        .timeout(negotiationTimeout, timer))
                .doFinally(signal -> connection.negotiating().decrementAndGet())
                .doOnNext(negotiated -> serve(connection, negotiated))
                .then(),
            failure ->
                LOG.debug("no protocol for a stream of {}: {}", connection, failure.toString()));
    if (!started) {
      connection.negotiating().decrementAndGet();
      stream.reset();
    }
  }

  /** Counts {@code stream} until it has gone; false where it is one too many. */
  private boolean admit(HostConnection connection, MuxedStream stream) {
    PeerId peer = connection.remotePeer();
    IpPrefix prefix =
        IpPrefix.of(connection.remoteAddress(), limits.ip4PrefixBits(), limits.ip6PrefixBits());
    PrefixLimits ofPrefix = prefix.isLocal() ? limits.localPrefix() : limits.prefix();
    if (!byPrefix.enter(prefix, ofPrefix.streams())) {
      return false;
    }
    if (!byPeer.enter(peer)) {
      byPrefix.leave(prefix);
      return false;
    }
    stream
        .onClose()
        .subscribe(
            nothing -> {},
            failure -> {},
            () -> {
              byPeer.leave(peer);
              byPrefix.leave(prefix);
            });
    return true;
  }

  /** How many streams of peers there are. */
  long open() {
    return byPeer.inAll();
  }

  private void serve(HostConnection connection, NegotiatedStream negotiated) {
    HostStream stream = new HostStream(connection, negotiated, false);
    PeerId peer = connection.remotePeer();
    Service service = services.get(negotiated.protocol());
    if (service == null || !service.admit(peer)) {
      LOG.debug("{} is refused", stream);
      stream.reset();
      return;
    }
    tasks.run(
        Mono.defer(() -> Flux.from(service.handler().handle(stream)).then())
            .doFinally(signal -> service.leave(peer))
            .then(stream.close()),
        failure -> {
          LOG.debug("{} failed", stream, failure);
          stream.reset();
        });
  }
}
