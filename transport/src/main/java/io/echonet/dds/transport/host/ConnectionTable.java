package io.echonet.dds.transport.host;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.HostEvent;
import io.echonet.dds.transport.LimitExceededException;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The connections of a host, within its limits. Safe for all event loops; holds its lock briefly.
 */
final class ConnectionTable {
  private final PeerId self;
  private final ConnectionLimits limits;
  private final HostEvents events;
  private final Map<PeerId, List<HostConnection>> byPeer = new HashMap<>();
  private boolean closed;

  ConnectionTable(PeerId self, ConnectionLimits limits, HostEvents events) {
    this.self = self;
    this.limits = limits;
    this.events = events;
  }

  /**
   * Takes {@code connection} up.
   *
   * @throws LimitExceededException where a limit refuses it
   * @throws ConnectionException where the host has been closed
   */
  synchronized void admit(HostConnection connection) {
    PeerId peer = connection.remotePeer();
    List<HostConnection> known = byPeer.getOrDefault(peer, List.of());
    if (closed) {
      throw new ConnectionException("the host is closed");
    }
    if (known.size() >= limits.perPeer()) {
      throw new LimitExceededException(
          known.size() + " connections with " + peer + " are all there may be");
    }
    byPeer.computeIfAbsent(peer, key -> new ArrayList<>()).add(connection);
    events.enqueue(new HostEvent.Connected(peer, connection));
  }

  synchronized void remove(HostConnection connection) {
    PeerId peer = connection.remotePeer();
    List<HostConnection> known = byPeer.get(peer);
    if (known == null || !known.remove(connection)) {
      return;
    }
    if (known.isEmpty()) {
      byPeer.remove(peer);
      events.enqueue(new HostEvent.Disconnected(peer));
    }
  }

  /** Nothing is said of a connection after its end. */
  synchronized void enqueueIdentified(HostConnection connection) {
    PeerId peer = connection.remotePeer();
    if (byPeer.getOrDefault(peer, List.of()).contains(connection)) {
      events.enqueue(new HostEvent.Identified(peer, connection));
    }
  }

  /**
   * The connection to use with {@code peer}. Where both ends have dialled, both choose the one
   * dialled by the peer with the smaller id, so that all streams share one connection's congestion
   * window; of several such, the oldest.
   */
  synchronized Optional<Connection> preferred(PeerId peer) {
    boolean preferOwn = self.compareTo(peer) < 0;
    HostConnection best = null;
    for (HostConnection candidate : byPeer.getOrDefault(peer, List.of())) {
      boolean preferred = candidate.isInitiator() == preferOwn;
      if (candidate.isUsable()
          && (best == null || (preferred && best.isInitiator() != preferOwn))) {
        best = candidate;
      }
    }
    return Optional.ofNullable(best);
  }

  /** The connection that was dialled by {@code address}, which names no peer. */
  synchronized Optional<Connection> dialledBy(Multiaddr address) {
    return all().stream()
        .filter(c -> c.isInitiator() && c.isUsable() && c.remoteAddress().equals(address))
        .findFirst()
        .map(c -> c);
  }

  synchronized List<HostConnection> all() {
    return byPeer.values().stream().flatMap(List::stream).toList();
  }

  /** Nobody is admitted any more; answers who is here. */
  synchronized List<HostConnection> close() {
    closed = true;
    return all();
  }
}
