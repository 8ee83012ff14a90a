package io.echonet.dds.transport.host;

import io.echonet.dds.transport.GatedException;
import io.echonet.dds.transport.LimitExceededException;
import io.echonet.dds.transport.ListenException;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.host.Places.Place;
import io.echonet.dds.transport.spi.Role;
import io.echonet.dds.transport.spi.Transport;
import io.echonet.dds.transport.spi.Transport.Listener;
import io.echonet.dds.transport.spi.Transport.RawConnection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The addresses a host listens on, and what becomes of the connections that come in there. */
final class Listening {
  private static final Logger LOG = LoggerFactory.getLogger(Listening.class);

  private final List<Transport> transports;
  private final Gate gate;
  private final Places places;
  private final Upgrader upgrader;
  private final OwnTasks tasks;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  Listening(
      List<Transport> transports, Gate gate, Places places, Upgrader upgrader, OwnTasks tasks) {
    this.transports = transports;
    this.gate = gate;
    this.places = places;
    this.upgrader = upgrader;
    this.tasks = tasks;
  }

  List<Multiaddr> addresses() {
    return listeners.stream().map(Listener::address).toList();
  }

  Mono<Multiaddr> listen(Multiaddr address) {
    return Mono.defer(
        () ->
            transports.stream()
                .filter(transport -> transport.understands(address))
                .findFirst()
                .map(transport -> transport.listen(address, this::accept).flatMap(this::keep))
                .orElseGet(
                    () ->
                        Mono.error(
                            new ListenException(
                                "cannot listen on " + address + ": no transport understands it"))));
  }

  private Mono<Multiaddr> keep(Listener listener) {
    synchronized (this) {
      if (!closed) {
        listeners.add(listener);
        return Mono.just(listener.address());
      }
    }
    return listener.close().then(Mono.error(new ListenException("the host is closed")));
  }

  /** Called on the connection's event loop. */
  private void accept(RawConnection raw) {
    Place place;
    if (closed) {
      HostConnection.close(raw.channel());
      return;
    }
    try {
      gate.checkAccept(raw.remoteAddress());
      place = places.accept(raw.remoteAddress());
    } catch (GatedException | LimitExceededException e) {
      LOG.debug("connection from {}: {}", raw.remoteAddress(), e.getMessage());
      HostConnection.close(raw.channel());
      return;
    }
    place.leaveWith(raw.channel());
    boolean started =
        tasks.run(
            upgrader
                .upgrade(raw, Role.RESPONDER, null)
                .doFinally(signal -> place.endHandshake())
                .then(),
            failure ->
                LOG.debug("connection from {}: {}", raw.remoteAddress(), failure.toString()));
    if (!started) {
      HostConnection.close(raw.channel());
    }
  }

  /** Accepts nothing more. */
  Mono<Void> close() {
    return Mono.defer(
        () -> {
          synchronized (this) {
            closed = true;
          }
          List<Listener> open = List.copyOf(listeners);
          listeners.clear();
          return Flux.fromIterable(open).flatMap(Listener::close, 16, 1).then();
        });
  }
}
