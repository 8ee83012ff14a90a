package io.echonet.dds.transport.host;

import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.transport.AddressSource;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerStore;
import io.echonet.dds.transport.PublicKey;
import io.echonet.dds.transport.SignedPeerRecord;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A {@link PeerStore} in the heap, least recently used peers going first. */
public final class InMemoryPeerStore implements PeerStore {
  /*
   * Peers stand in one of two groups: those that have proven who they are, by a connection or a signature, and those
   * that others have named. Of the latter as many as anybody likes can be made up, so they displace only each other;
   * the former displace them, down to the quarter that is left to them: without it a store that is full of old
   * acquaintances could learn of nobody new.
   */

  private final PeerStoreConfig config;
  private final Clock clock;
  private final PeerGroup proven = new PeerGroup();
  private final PeerGroup named = new PeerGroup();
  private final Set<PeerId> changed = new LinkedHashSet<>();
  private boolean tracksChanges;
  private boolean hasChangedMore;

  /**
   * What has changed since it was last asked.
   *
   * @param areMore whether there are others, too many to be named
   */
  record Changes(List<PeerId> peers, boolean areMore) {}

  private InMemoryPeerStore(PeerStoreConfig config, Clock clock) {
    this.config = config;
    this.clock = clock;
  }

  /** An empty store whose addresses expire by {@code clock}. */
  public static InMemoryPeerStore create(PeerStoreConfig config, Clock clock) {
    return new InMemoryPeerStore(config, clock);
  }

  @Override
  public synchronized List<Multiaddr> addresses(PeerId peer) {
    return find(peer).map(known -> known.addresses(clock.millis())).orElseGet(List::of);
  }

  @Override
  public synchronized void addAddresses(
      PeerId peer, Collection<Multiaddr> addresses, AddressSource source, Duration timeToLive) {
    if (source == AddressSource.CERTIFIED) {
      throw new IllegalArgumentException("what is certified comes as a signed record");
    }
    if (addresses.isEmpty() || timeToLive.isNegative() || timeToLive.isZero()) {
      return;
    }
    change(
        peer,
        source != AddressSource.HEARD,
        known -> known.addAddresses(addresses, source, timeToLive, clock.millis()));
  }

  /** {@code peer} was reached at {@code address}. */
  synchronized void dialled(PeerId peer, Multiaddr address) {
    change(peer, true, known -> known.dialled(address.withoutPeerId(), clock.millis()));
  }

  /** {@code peer} was not reached at {@code address}. */
  synchronized void dialFailed(PeerId peer, Multiaddr address) {
    find(peer).ifPresent(known -> known.dialFailed(address.withoutPeerId()));
  }

  @Override
  public synchronized boolean addCertified(SignedPeerRecord signed, Duration timeToLive) {
    PeerId peer = signed.record().peer();
    KnownPeer before = find(peer).orElse(null);
    if (before != null && before.knowsNewerThan(signed.record())) {
      return false;
    }
    change(peer, true, known -> known.certify(signed, timeToLive, clock.millis()));
    return true;
  }

  @Override
  public synchronized void renewAddresses(PeerId peer, Duration timeToLive) {
    if (proven.find(peer).isPresent()) {
      change(peer, true, known -> known.renewAddresses(timeToLive, clock.millis()));
    }
  }

  @Override
  public synchronized Set<String> protocols(PeerId peer) {
    return find(peer).map(KnownPeer::protocols).orElseGet(Set::of);
  }

  @Override
  public synchronized void setProtocols(PeerId peer, Collection<String> protocols) {
    change(peer, true, known -> known.setProtocols(protocols));
  }

  @Override
  public synchronized Optional<PublicKey> publicKey(PeerId peer) {
    return find(peer)
        .flatMap(known -> Optional.ofNullable(known.publicKey()))
        .or(() -> inlinedKey(peer));
  }

  /** Anybody may name a peer after bytes that are no key. */
  private static Optional<PublicKey> inlinedKey(PeerId peer) {
    try {
      return peer.inlinedKey();
    } catch (MalformedEncodingException e) {
      return Optional.empty();
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException where the peer is not named by {@code key}
   */
  @Override
  public synchronized void setPublicKey(PeerId peer, PublicKey key) {
    if (!peer.matches(key)) {
      throw new IllegalArgumentException(key + " is not the key of " + peer);
    }
    change(peer, true, known -> known.setPublicKey(key));
  }

  @Override
  public synchronized Optional<String> agentVersion(PeerId peer) {
    return find(peer).flatMap(known -> Optional.ofNullable(known.agentVersion()));
  }

  @Override
  public synchronized void setAgentVersion(PeerId peer, String agentVersion) {
    change(peer, true, known -> known.setAgentVersion(agentVersion));
  }

  @Override
  public synchronized Optional<Duration> latency(PeerId peer) {
    return find(peer)
        .map(KnownPeer::latencyNanos)
        .filter(nanos -> nanos > 0)
        .map(Duration::ofNanos);
  }

  @Override
  public synchronized void addRoundTrip(PeerId peer, Duration roundTrip) {
    if (!roundTrip.isNegative()) {
      find(peer).ifPresent(known -> known.addRoundTrip(nanos(roundTrip)));
    }
  }

  private static long nanos(Duration duration) {
    return duration.compareTo(Duration.ofHours(1)) < 0
        ? duration.toNanos()
        : Duration.ofHours(1).toNanos();
  }

  @Override
  public synchronized double score(PeerId peer) {
    return find(peer).map(known -> known.score().value(clock.millis())).orElse(0.5);
  }

  @Override
  public synchronized void addSuccess(PeerId peer) {
    find(peer).ifPresent(known -> known.score().succeeded(clock.millis()));
  }

  @Override
  public synchronized void addFailure(PeerId peer) {
    find(peer).ifPresent(known -> known.score().failed(clock.millis()));
  }

  @Override
  public synchronized Set<PeerId> peers() {
    proven.removeEmpty(clock.millis());
    named.removeEmpty(clock.millis());
    Set<PeerId> all = new HashSet<>(proven.peers());
    all.addAll(named.peers());
    return Set.copyOf(all);
  }

  /** About what is taken in memory. */
  synchronized long bytes() {
    return proven.bytes() + named.bytes();
  }

  @Override
  public synchronized void forget(PeerId peer) {
    int protections = find(peer).map(known -> known.protections).orElse(0);
    named.remove(peer);
    proven.remove(peer);
    noteChange(peer);
    if (protections > 0) {
      change(peer, true, blank -> blank.protections = protections);
    }
  }

  /** Keeps {@code peer} from being forgotten for others until as many {@link #unprotect} calls. */
  synchronized void protect(PeerId peer) {
    change(peer, true, known -> known.protections++);
  }

  synchronized void unprotect(PeerId peer) {
    find(peer)
        .filter(known -> known.protections > 0)
        .ifPresent(
            known -> {
              known.protections--;
              if (known.isEmpty(clock.millis())) {
                proven.remove(peer);
              }
              makeRoom();
            });
  }

  /** What is known of {@code peer}, which counts as used now. */
  private Optional<KnownPeer> find(PeerId peer) {
    return proven.find(peer).or(() -> named.find(peer));
  }

  /**
   * @param isProven whether the peer itself is behind what {@code change} adds
   */
  private void change(PeerId peer, boolean isProven, Consumer<KnownPeer> change) {
    KnownPeer known = find(peer).orElseGet(() -> new KnownPeer(config));
    boolean isInProven = isProven || proven.find(peer).isPresent();
    named.remove(peer);
    proven.remove(peer);
    change.accept(known);
    if (!known.isEmpty(clock.millis())) {
      (isInProven ? proven : named).put(peer, known);
      if (isInProven && known.isWorthKeeping(clock.millis())) {
        noteChange(peer);
      }
      makeRoom();
    }
  }

  private void noteChange(PeerId peer) {
    if (!tracksChanges) {
      return;
    }
    if (changed.size() < config.maxPeers()) {
      changed.add(peer);
    } else {
      hasChangedMore = true;
    }
  }

  /** From now on {@link #takeChanges} answers. */
  synchronized void trackChanges() {
    tracksChanges = true;
  }

  synchronized Changes takeChanges() {
    Changes changes = new Changes(List.copyOf(changed), hasChangedMore);
    changed.clear();
    hasChangedMore = false;
    return changes;
  }

  /** The peers of which there is more than hearsay, the least recently used first. */
  synchronized List<PeerId> provenPeers() {
    return List.copyOf(proven.peers());
  }

  /** What is to be kept of {@code peer}; empty where there is nothing but hearsay. */
  synchronized Optional<PeerState> state(PeerId peer) {
    return proven
        .find(peer)
        .filter(known -> !known.isBlank(clock.millis()))
        .map(known -> known.takeState(clock.millis()));
  }

  /** Takes up what was kept of {@code peer}, where anything of it still holds. */
  synchronized void restore(PeerId peer, PeerState state) {
    change(peer, true, known -> known.restore(peer, state, clock.millis()));
  }

  private void makeRoom() {
    while (proven.size() > config.maxPeers() - config.maxPeers() / 4
        || proven.bytes() > config.maxBytes() - config.maxBytes() / 4) {
      if (!proven.evictOne()) {
        break;
      }
    }
    while (proven.size() + named.size() > config.maxPeers()
        || proven.bytes() + named.bytes() > config.maxBytes()) {
      if (!named.evictOne()) {
        break;
      }
    }
  }
}
