package io.echonet.dds.transport.host;

import com.google.protobuf.ByteString;
import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.transport.AddressSource;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerRecord;
import io.echonet.dds.transport.PublicKey;
import io.echonet.dds.transport.SignedPeerRecord;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a peer store knows of one peer; guarded by the store. */
final class KnownPeer {
  /*
   * Times are milliseconds since the epoch. The bytes that a peer may take are shared out in quarters, to addresses,
   * protocols, signed record and key, so that none of them can displace another.
   */

  /** About what the objects around the texts and addresses of a peer take. */
  static final int BASE_BYTES = 256;

  private static final int ADDRESS_BASE_BYTES = 400;
  private static final long MAX_LATENCY_NANOS = Duration.ofMinutes(1).toNanos();

  /** How old what is on disk may be of a peer of which only times have changed. */
  private static final long RENEWAL_MILLIS = Duration.ofMinutes(10).toMillis();

  /**
   * Those of the better source, then those that live longest. Ties go by the text, so that equal
   * histories give equal orders.
   */
  private static final Comparator<Map.Entry<Multiaddr, KnownAddress>> BEST_FIRST =
      Comparator.<Map.Entry<Multiaddr, KnownAddress>, AddressSource>comparing(
              entry -> entry.getValue().source())
          .thenComparing(entry -> entry.getValue().expiry(), Comparator.reverseOrder())
          .thenComparing(entry -> entry.getKey().toString());

  private final PeerStoreConfig config;
  private final Map<Multiaddr, KnownAddress> addresses = new HashMap<>();
  private Set<String> protocols = Set.of();
  private @Nullable PublicKey publicKey;
  private @Nullable String agentVersion;
  private @Nullable SignedPeerRecord certified;
  private long latencyNanos;
  private final PeerScore score;
  private boolean isChanged;
  private long stateTakenAt;

  /** How many hold the peer in the store. */
  int protections;

  KnownPeer(PeerStoreConfig config) {
    this.config = config;
    this.score = new PeerScore(config.scoreHalfLife().toMillis());
  }

  /** The live addresses, best first. */
  List<Multiaddr> addresses(long now) {
    expire(now);
    return addresses.entrySet().stream().sorted(BEST_FIRST).map(Map.Entry::getKey).toList();
  }

  private void expire(long now) {
    long latest = now + config.maxAddressLife().toMillis();
    addresses.values().removeIf(address -> !address.expire(now, latest));
  }

  /** Where the peer says again what it has signed, that is as good as the signature. */
  void addAddresses(
      Collection<Multiaddr> added, AddressSource source, Duration timeToLive, long now) {
    expire(now);
    long expiry = now + life(timeToLive);
    Collection<Multiaddr> signed = source == AddressSource.TOLD ? certified() : List.of();
    for (Multiaddr each : added) {
      Multiaddr address = each.withoutPeerId();
      KnownAddress known = addresses.computeIfAbsent(address, absent -> new KnownAddress());
      AddressSource better = signed.contains(address) ? AddressSource.CERTIFIED : source;
      isChanged |= better != AddressSource.HEARD && !known.isVouchedForBy(better);
      known.extend(better, expiry);
      while (addresses.size() > config.maxAddressesPerPeer()
          || (addressBytes() > quarter() && addresses.size() > 1)) {
        addresses.entrySet().stream()
            .max(BEST_FIRST)
            .map(Map.Entry::getKey)
            .ifPresent(addresses::remove);
      }
    }
  }

  void renewAddresses(Duration timeToLive, long now) {
    expire(now);
    long expiry = now + life(timeToLive);
    for (KnownAddress address : addresses.values()) {
      for (AddressSource own : List.of(AddressSource.CERTIFIED, AddressSource.TOLD)) {
        if (address.isVouchedForBy(own)) {
          address.extend(own, expiry);
        }
      }
    }
  }

  /**
   * The peer was reached at {@code address}. Where other addresses at which it was reached once
   * have failed since, it is no longer there.
   */
  void dialled(Multiaddr address, long now) {
    addAddresses(List.of(address), AddressSource.DIALLED, config.maxAddressLife(), now);
    KnownAddress reached = addresses.get(address);
    if (reached != null) {
      reached.isFailing = false;
    }
    addresses.values().stream()
        .filter(other -> other.isFailing)
        .forEach(other -> other.withdraw(AddressSource.DIALLED));
    expire(now);
  }

  /** A dial failed; on our side or theirs is known only when another succeeds. */
  void dialFailed(Multiaddr address) {
    KnownAddress known = addresses.get(address);
    if (known != null) {
      known.isFailing = true;
    }
  }

  private long life(Duration timeToLive) {
    Duration max = config.maxAddressLife();
    return (timeToLive.compareTo(max) < 0 ? timeToLive : max).toMillis();
  }

  boolean knowsNewerThan(PeerRecord record) {
    SignedPeerRecord known = certified;
    return known != null && known.record().isNewerThan(record.sequence());
  }

  /** Takes {@code signed}, which is no older than the record known, in the place of that. */
  void certify(SignedPeerRecord signed, Duration timeToLive, long now) {
    SignedPeerRecord before = certified;
    if (before == null || signed.record().isNewerThan(before.record().sequence())) {
      for (KnownAddress address : addresses.values()) {
        address.withdraw(AddressSource.CERTIFIED);
        address.withdraw(AddressSource.TOLD);
      }
      certified = signed.envelopeBytes() <= quarter() ? signed : null;
      isChanged = true;
    }
    if (certified == null) {
      // Too long to be kept, so it will not be known to have been signed.
      addAddresses(signed.record().addresses(), AddressSource.TOLD, timeToLive, now);
    } else {
      addAddresses(certified(), AddressSource.CERTIFIED, timeToLive, now);
    }
  }

  /** The addresses that the peer has signed last, whether they live or not. */
  private List<Multiaddr> certified() {
    SignedPeerRecord signed = certified;
    return signed == null
        ? List.of()
        : signed.record().addresses().stream().limit(config.maxAddressesPerPeer()).toList();
  }

  Set<String> protocols() {
    return protocols;
  }

  /** The first of {@code said} that there is room for. */
  void setProtocols(Collection<String> said) {
    Set<String> kept = new LinkedHashSet<>();
    int left = quarter();
    for (String protocol : said) {
      left -= protocol.length();
      if (protocol.length() <= config.maxTextLength()
          && left >= 0
          && kept.size() < config.maxProtocolsPerPeer()) {
        kept.add(protocol);
      }
    }
    isChanged |= !kept.equals(protocols);
    protocols = Set.copyOf(kept);
  }

  @Nullable PublicKey publicKey() {
    return publicKey;
  }

  void setPublicKey(PublicKey key) {
    if (key.encode().length <= quarter()) {
      isChanged |= publicKey == null || !publicKey.equals(key);
      publicKey = key;
    }
  }

  @Nullable String agentVersion() {
    return agentVersion;
  }

  void setAgentVersion(String said) {
    String kept = said.substring(0, Math.min(said.length(), config.maxTextLength()));
    isChanged |= !kept.equals(agentVersion);
    agentVersion = kept;
  }

  long latencyNanos() {
    return latencyNanos;
  }

  /** The first as it is, of each further one an eighth (as RFC 6298 does). */
  void addRoundTrip(long nanos) {
    long bounded = Math.max(1, Math.min(nanos, MAX_LATENCY_NANOS));
    latencyNanos = latencyNanos == 0 ? bounded : latencyNanos + (bounded - latencyNanos) / 8;
  }

  PeerScore score() {
    return score;
  }

  /** Whether what is to be kept has changed, or been renewed for long, since it was last taken. */
  boolean isWorthKeeping(long now) {
    return isChanged || Math.abs(now - stateTakenAt) > RENEWAL_MILLIS;
  }

  /** What is to be kept. */
  PeerState takeState(long now) {
    expire(now);
    isChanged = false;
    stateTakenAt = now;
    Map<Multiaddr, Map<AddressSource, Long>> vouched = new HashMap<>();
    addresses.forEach((address, known) -> vouched.put(address, Map.copyOf(known.expiries())));
    return new PeerState(
        vouched,
        protocols,
        Optional.ofNullable(publicKey),
        Optional.ofNullable(agentVersion),
        certified == null ? ByteString.EMPTY : ByteString.copyFrom(certified.envelope()),
        latencyNanos,
        score.state());
  }

  /**
   * Takes up what was kept, as far as it holds: a signature and a key must still be the peer's.
   * What is said to be signed and is not counts as said only.
   */
  void restore(PeerId peer, PeerState state, long now) {
    certified = verified(peer, state.envelope());
    Set<Multiaddr> signed = Set.copyOf(certified());
    state
        .addresses()
        .forEach(
            (address, expiries) ->
                expiries.forEach(
                    (source, expiry) -> {
                      boolean isUnsigned =
                          source == AddressSource.CERTIFIED && !signed.contains(address);
                      if (expiry > now) {
                        addAddresses(
                            List.of(address),
                            isUnsigned ? AddressSource.TOLD : source,
                            Duration.ofMillis(Math.min(expiry, Long.MAX_VALUE / 2) - now),
                            now);
                      }
                    }));
    setProtocols(state.protocols());
    state.publicKey().filter(peer::matches).ifPresent(this::setPublicKey);
    state.agentVersion().ifPresent(this::setAgentVersion);
    if (state.latencyNanos() > 0) {
      addRoundTrip(state.latencyNanos());
    }
    score.restore(state.score(), now);
    isChanged = false;
    stateTakenAt = now;
  }

  private @Nullable SignedPeerRecord verified(PeerId peer, ByteString envelope) {
    if (envelope.isEmpty() || envelope.size() > quarter()) {
      return null;
    }
    try {
      SignedPeerRecord signed =
          SignedPeerRecord.open(envelope.toByteArray(), config.maxAddressesPerPeer());
      return signed.record().peer().equals(peer) ? signed : null;
    } catch (MalformedEncodingException e) {
      return null;
    }
  }

  private int quarter() {
    return config.maxBytesPerPeer() / 4;
  }

  private int addressBytes() {
    int bytes = 0;
    for (Multiaddr address : addresses.keySet()) {
      bytes += ADDRESS_BASE_BYTES + address.bytes().length;
    }
    return bytes;
  }

  /** About what the peer takes in memory. */
  int bytes() {
    int bytes = BASE_BYTES + addressBytes();
    for (String protocol : protocols) {
      bytes += protocol.length();
    }
    bytes += publicKey == null ? 0 : publicKey.encode().length;
    bytes += agentVersion == null ? 0 : agentVersion.length();
    SignedPeerRecord signed = certified;
    if (signed != null) {
      bytes += signed.envelopeBytes() + ADDRESS_BASE_BYTES * signed.record().addresses().size();
    }
    return bytes;
  }

  boolean isEmpty(long now) {
    return protections == 0 && isBlank(now);
  }

  /** Whether nothing is known that could be told. */
  boolean isBlank(long now) {
    expire(now);
    return protocols.isEmpty()
        && publicKey == null
        && certified == null
        && agentVersion == null
        && addresses.isEmpty();
  }
}
