package io.echonet.dds.transport.host;

import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerRecord;
import io.echonet.dds.transport.PeerStore;
import io.echonet.dds.transport.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A {@link PeerStore} in the heap, least recently used peers going first. */
public final class InMemoryPeerStore implements PeerStore {
  private final PeerStoreConfig config;
  private final Clock clock;
  private final Map<PeerId, KnownPeer> peers = new LinkedHashMap<>(16, 0.75f, true);

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
    KnownPeer known = peers.get(peer);
    if (known == null) {
      return List.of();
    }
    List<Multiaddr> addresses = known.addresses(clock.instant());
    forgetIfEmpty(peer, known);
    return addresses;
  }

  @Override
  public synchronized void addAddresses(
      PeerId peer, Collection<Multiaddr> addresses, Duration timeToLive) {
    if (addresses.isEmpty() || timeToLive.isNegative() || timeToLive.isZero()) {
      return;
    }
    KnownPeer known = entry(peer);
    if (known != null) {
      known.addAddresses(addresses, clock.instant().plus(timeToLive), config.maxAddressesPerPeer());
    }
  }

  @Override
  public synchronized boolean addCertified(PeerRecord record, Duration timeToLive) {
    KnownPeer known = entry(record.peer());
    if (known == null) {
      return true;
    }
    boolean isNews = known.certify(record, config.maxAddressesPerPeer());
    if (isNews && !timeToLive.isNegative() && !timeToLive.isZero()) {
      known.addAddresses(
          known.certified(), clock.instant().plus(timeToLive), config.maxAddressesPerPeer());
    }
    return isNews;
  }

  @Override
  public synchronized Set<String> protocols(PeerId peer) {
    KnownPeer known = peers.get(peer);
    return known == null ? Set.of() : known.protocols;
  }

  @Override
  public synchronized void setProtocols(PeerId peer, Collection<String> protocols) {
    KnownPeer known = entry(peer);
    if (known != null) {
      known.protocols =
          protocols.stream()
              .filter(protocol -> protocol.length() <= config.maxTextLength())
              .limit(config.maxProtocolsPerPeer())
              .collect(Collectors.toUnmodifiableSet());
      forgetIfEmpty(peer, known);
    }
  }

  @Override
  public synchronized Optional<PublicKey> publicKey(PeerId peer) {
    KnownPeer known = peers.get(peer);
    return known == null || known.publicKey == null
        ? inlinedKey(peer)
        : Optional.of(known.publicKey);
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
    KnownPeer known = entry(peer);
    if (known != null) {
      known.publicKey = key;
    }
  }

  @Override
  public synchronized Optional<String> agentVersion(PeerId peer) {
    KnownPeer known = peers.get(peer);
    return known == null ? Optional.empty() : Optional.ofNullable(known.agentVersion);
  }

  @Override
  public synchronized void setAgentVersion(PeerId peer, String agentVersion) {
    KnownPeer known = entry(peer);
    if (known != null) {
      known.agentVersion =
          agentVersion.substring(0, Math.min(agentVersion.length(), config.maxTextLength()));
    }
  }

  @Override
  public synchronized Set<PeerId> peers() {
    peers.values().removeIf(known -> known.isEmpty(clock.instant()));
    return Set.copyOf(peers.keySet());
  }

  @Override
  public synchronized void forget(PeerId peer) {
    KnownPeer known = peers.remove(peer);
    if (known != null && known.protections > 0) {
      KnownPeer blank = new KnownPeer();
      blank.protections = known.protections;
      peers.put(peer, blank);
    }
  }

  /** Keeps {@code peer} from being forgotten for others until as many {@link #unprotect} calls. */
  synchronized void protect(PeerId peer) {
    KnownPeer known = entry(peer);
    if (known != null) {
      known.protections++;
    }
  }

  synchronized void unprotect(PeerId peer) {
    KnownPeer known = peers.get(peer);
    if (known != null && known.protections > 0) {
      known.protections--;
      forgetIfEmpty(peer, known);
    }
  }

  private @Nullable KnownPeer entry(PeerId peer) {
    KnownPeer known = peers.get(peer);
    if (known == null && (peers.size() < config.maxPeers() || evictOne())) {
      known = new KnownPeer();
      peers.put(peer, known);
    }
    return known;
  }

  /** Goes from the least recently used on; false where every peer is protected. */
  private boolean evictOne() {
    for (Iterator<KnownPeer> eldest = peers.values().iterator(); eldest.hasNext(); ) {
      if (eldest.next().protections == 0) {
        eldest.remove();
        return true;
      }
    }
    return false;
  }

  private void forgetIfEmpty(PeerId peer, KnownPeer known) {
    if (known.isEmpty(clock.instant())) {
      peers.remove(peer);
    }
  }
}
