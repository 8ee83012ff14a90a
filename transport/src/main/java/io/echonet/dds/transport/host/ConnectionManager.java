package io.echonet.dds.transport.host;

import io.echonet.dds.transport.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which connections of a host are given up: idle ones where there are many, and doubles.
 */
final class ConnectionManager {
  /*
   * Doubles: where both ends have dialled, both prefer what the peer with the smaller id has dialled, so whatever the
   * other has dialled is superfluous, and both ends say so of the same connection. Of several that one end has dialled,
   * the ends may have got to know them in different orders: there the dialler alone decides, or each end might close
   * what the other keeps. A superfluous connection is closed by its dialler, and by the other end only if that does not
   * happen; both once it has been unused for as long as it takes to know of the one that stays.
   */
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionManager.class);

  private final PeerId self;
  private final TrimConfig config;
  private final ConnectionTable connections;
  private final LongSupplier nanoTime;
  private final Map<PeerId, Set<String>> protections = new ConcurrentHashMap<>();

  ConnectionManager(
      PeerId self, TrimConfig config, ConnectionTable connections, LongSupplier nanoTime) {
    this.self = self;
    this.config = config;
    this.connections = connections;
    this.nanoTime = nanoTime;
  }

  /** As {@link io.echonet.dds.transport.Host#protect}. */
  void protect(PeerId peer, String tag) {
    protections.compute(
        peer,
        (key, tags) -> {
          Set<String> all = tags == null ? ConcurrentHashMap.newKeySet() : tags;
          all.add(tag);
          return all;
        });
  }

  /** As {@link io.echonet.dds.transport.Host#unprotect}. */
  void unprotect(PeerId peer, String tag) {
    protections.computeIfPresent(
        peer,
        (key, tags) -> {
          tags.remove(tag);
          return tags.isEmpty() ? null : tags;
        });
  }

  /** A connection has begun: makes room where there are too many. */
  void onConnected() {
    List<HostConnection> open = usable();
    if (open.size() > config.high()) {
      giveUp(idleLongestFirst(open, Duration.ZERO), open.size() - config.low(), "to make room");
    }
  }

  /** To be called every now and then. */
  void tidy() {
    List<HostConnection> superfluous = superfluous();
    giveUp(superfluous, superfluous.size(), "for another with the same peer");
    List<HostConnection> open = usable();
    giveUp(
        idleLongestFirst(open, config.keepAlive()), open.size() - config.low(), "for being idle");
  }

  private List<HostConnection> usable() {
    return connections.all().stream().filter(HostConnection::isUsable).toList();
  }

  private List<HostConnection> idleLongestFirst(List<HostConnection> open, Duration idle) {
    long now = nanoTime.getAsLong();
    // Compared by what was read once: a connection that is used meanwhile must not confuse the
    // sort.
    record Candidate(HostConnection connection, long idleNanos) {}
    return open.stream()
        .filter(connection -> !protections.containsKey(connection.remotePeer()))
        .filter(connection -> connection.openStreams() == 0)
        .filter(connection -> now - connection.begunAt() >= config.grace().toNanos())
        .map(connection -> new Candidate(connection, now - connection.usedAt()))
        .filter(candidate -> candidate.idleNanos() >= idle.toNanos())
        .sorted(Comparator.comparingLong(Candidate::idleNanos).reversed())
        .map(Candidate::connection)
        .toList();
  }

  private List<HostConnection> superfluous() {
    List<HostConnection> superfluous = new ArrayList<>();
    usable().stream()
        .collect(Collectors.groupingBy(HostConnection::remotePeer))
        .forEach((peer, ofPeer) -> addSuperfluous(peer, ofPeer, superfluous));
    return superfluous;
  }

  /**
   * @param ofPeer in the order in which they were admitted
   */
  private void addSuperfluous(PeerId peer, List<HostConnection> ofPeer, List<HostConnection> to) {
    boolean preferOwn = self.compareTo(peer) < 0;
    List<HostConnection> preferred =
        ofPeer.stream().filter(connection -> connection.isInitiator() == preferOwn).toList();
    for (HostConnection connection : ofPeer) {
      boolean first = connection == (preferred.isEmpty() ? ofPeer : preferred).get(0);
      boolean ours = connection.isInitiator();
      boolean otherKind = !preferred.isEmpty() && ours != preferOwn;
      if (!first && (ours || otherKind) && isForgotten(connection, ofPeer)) {
        to.add(connection);
      }
    }
  }

  private boolean isForgotten(HostConnection connection, List<HostConnection> ofPeer) {
    long now = nanoTime.getAsLong();
    long grace = config.duplicateGrace().toNanos() * (connection.isInitiator() ? 1 : 2);
    return connection.openStreams() == 0
        && now - connection.usedAt() >= grace
        && ofPeer.stream().allMatch(other -> now - other.begunAt() >= grace);
  }

  private static void giveUp(List<HostConnection> candidates, int count, String why) {
    candidates.stream()
        .limit(Math.max(0, count))
        .forEach(
            connection -> {
              LOG.debug("{} is closed {}", connection, why);
              connection.closeSoon();
            });
  }
}
