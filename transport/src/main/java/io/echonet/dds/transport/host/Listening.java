package io.echonet.dds.transport.host;

import io.echonet.dds.transport.ListenException;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.spi.Role;
import io.echonet.dds.transport.spi.Transport;
import io.echonet.dds.transport.spi.Transport.Listener;
import io.echonet.dds.transport.spi.Transport.RawConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The addresses a host listens on, and the accepted connections whose handshake is under way. */
final class Listening {
  private static final Logger LOG = LoggerFactory.getLogger(Listening.class);

  private final List<Transport> transports;
  private final HostLimits limits;
  private final ConnectionTable connections;
  private final Upgrader upgrader;
  private final OwnTasks tasks;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final Map<String, Integer> pendingByAddress = new HashMap<>();
  private int pending;
  private boolean closed;

  Listening(
      List<Transport> transports,
      HostLimits limits,
      ConnectionTable connections,
      Upgrader upgrader,
      OwnTasks tasks) {
    this.transports = transports;
    this.limits = limits;
    this.connections = connections;
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
    String from = raw.remoteAddress().components().get(0).value();
    if (connections.isFull() || !enter(from)) {
      LOG.debug("no room for a connection from {}", raw.remoteAddress());
      HostConnection.close(raw.channel());
      return;
    }
    boolean started =
        tasks.run(
            upgrader.upgrade(raw, Role.RESPONDER, null).doFinally(signal -> leave(from)).then(),
            failure ->
                LOG.debug("connection from {}: {}", raw.remoteAddress(), failure.toString()));
    if (!started) {
      leave(from);
      HostConnection.close(raw.channel());
    }
  }

  private synchronized boolean enter(String from) {
    int ofAddress = pendingByAddress.getOrDefault(from, 0);
    if (closed
        || pending >= limits.maxPendingInbound()
        || ofAddress >= limits.maxPendingInboundPerAddress()) {
      return false;
    }
    pending++;
    pendingByAddress.put(from, ofAddress + 1);
    return true;
  }

  private synchronized void leave(String from) {
    pending--;
    pendingByAddress.computeIfPresent(from, (key, count) -> count == 1 ? null : count - 1);
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
