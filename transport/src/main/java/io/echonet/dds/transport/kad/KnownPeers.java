package io.echonet.dds.transport.kad;

import io.echonet.dds.transport.AddressSource;
import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.DialException;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.ProtocolNotSupportedException;
import io.echonet.dds.transport.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What is known of the other nodes: who is in the routing table, who is not to be reached, where
 * they are.
 */
final class KnownPeers {
  /** How long an address that somebody named is kept, where its owner does not confirm it. */
  private static final Duration HEARSAY = Duration.ofMinutes(30);

  private final Host host;
  private final Contact self;
  private final KadConfig config;
  private final Clock clock;
  private final RoutingTable table;
  private final Unreachable unreachable;

  KnownPeers(Host host, KadConfig config, Clock clock) {
    UpkeepConfig upkeep = config.upkeep();
    this.host = host;
    this.self = Contact.of(host.id());
    this.config = config;
    this.clock = clock;
    this.table =
        new RoutingTable(
            self.key(), config.k(), upkeep.replacements(), upkeep.refresh(), upkeep.diversity());
    this.unreachable =
        new Unreachable(
            upkeep.firstPause(), upkeep.longestPause(), 4 * config.walks().maxCandidates());
  }

  Contact self() {
    return self;
  }

  RoutingTable table() {
    return table;
  }

  Instant now() {
    return clock.instant();
  }

  boolean isSelf(PeerId peer) {
    return peer.equals(self.peer());
  }

  /** The peers to begin a walk to {@code target} with. */
  List<Contact> nearest(KadKey target) {
    return table.closest(target, config.k());
  }

  /** Whether it makes sense to ask {@code contact}. */
  boolean mayAsk(Contact contact) {
    return !isSelf(contact.peer()) && !unreachable.contains(contact.peer(), now());
  }

  /**
   * A request was answered on {@code connection}. Where the peer was reached decides whether it may
   * be in the table: what it says of itself it could make up.
   *
   * @return a peer of the routing table that should be checked, because the one that answered waits
   *     for its place
   */
  Optional<Contact> onAnswer(Connection connection) {
    Contact contact = Contact.of(connection.remotePeer());
    Multiaddr address = connection.remoteAddress();
    unreachable.onContact(contact.peer());
    if (connection.isInitiator()) {
      confirm(contact.peer(), address);
    }
    return config.addresses().accepts(address)
        ? table.onAnswer(contact, IpGroup.of(address), now())
        : Optional.empty();
  }

  /**
   * The address by which {@code peer} was dialled and has answered: good until it is next checked.
   */
  void confirm(PeerId peer, Multiaddr address) {
    host.peerStore().addAddresses(peer, List.of(address), AddressSource.DIALLED, addressLife());
  }

  /**
   * Keeps the addresses of connected peers of the table from expiring: what they told when they
   * connected still holds, and others have to be told of them.
   */
  void renewConnected() {
    for (Connection connection : host.connections()) {
      PeerId peer = connection.remotePeer();
      if (table.contains(Contact.of(peer))) {
        host.peerStore().renewAddresses(peer, addressLife());
      }
    }
  }

  /** Until the next check, and then some. */
  private Duration addressLife() {
    return config.upkeep().refresh().multipliedBy(3);
  }

  /**
   * {@code contact} could not be asked, or did not answer. Where this host itself has kept from
   * asking, nothing is known of the peer.
   */
  void onFailure(Contact contact, Throwable failure) {
    if (DialException.isRefusedHere(failure)) {
      return;
    }
    if (failure instanceof ProtocolNotSupportedException) {
      table.remove(contact);
    } else {
      table.onFailure(contact);
    }
    unreachable.onFailure(contact.peer(), now());
  }

  /** {@code contact} has connected, or asked us something. */
  void onHeard(Contact contact) {
    unreachable.onContact(contact.peer());
    table.onHeard(contact, now());
  }

  /** Whether there is an address to try, of {@code peer} itself or known before. */
  boolean mayBeReached(PeerInfo peer) {
    return !isSelf(peer.id())
        && (!peer.addresses().isEmpty()
            || !host.peerStore().addresses(peer.id()).isEmpty()
            || isConnected(peer.id()));
  }

  /**
   * Remembers where {@code peer} is said to be, so that it may be dialled; not where its own word
   * is at hand, lest others push that aside.
   */
  void learn(PeerInfo peer) {
    if (isSelf(peer.id()) || peer.addresses().isEmpty()) {
      return;
    }
    List<Multiaddr> before = host.peerStore().addresses(peer.id());
    boolean isAtHand = isConnected(peer.id()) || table.contains(Contact.of(peer.id()));
    if (isAtHand && !before.isEmpty()) {
      return;
    }
    // Whoever named a wrong address first must not keep the peer from being tried at the right one.
    if (!before.containsAll(peer.addresses())) {
      unreachable.onContact(peer.id());
    }
    host.peerStore().addAddresses(peer.id(), peer.addresses(), AddressSource.HEARD, HEARSAY);
  }

  /**
   * Where {@code peer} may be reached, as far as is known; a few addresses that the policy accepts.
   */
  PeerInfo info(PeerId peer) {
    return accepted(
        peer, isSelf(peer) ? host.announcedAddresses() : host.peerStore().addresses(peer));
  }

  /** {@code peer} with those of its addresses that the policy accepts. */
  PeerInfo accepted(PeerInfo peer) {
    return accepted(peer.id(), peer.addresses());
  }

  private PeerInfo accepted(PeerId peer, Collection<Multiaddr> addresses) {
    return new PeerInfo(
        peer,
        addresses.stream()
            .filter(config.addresses()::accepts)
            .limit(config.maxAddresses())
            .toList());
  }

  /** The public key of {@code peer}, as far as it is known. */
  Optional<PublicKey> publicKey(PeerId peer) {
    return isSelf(peer)
        ? Optional.of(host.identity().publicKey())
        : peer.inlinedKey().or(() -> host.peerStore().publicKey(peer));
  }

  /** Whether a connection to {@code peer} is open. */
  boolean isConnected(PeerId peer) {
    return host.connections().stream().map(Connection::remotePeer).anyMatch(peer::equals);
  }
}
