package io.echonet.dds.transport.host;

import io.echonet.dds.transport.AddressSource;
import io.echonet.dds.transport.Multiaddr;
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

  /** How many hold the peer in the store. */
  int protections;

  KnownPeer(PeerStoreConfig config) {
    this.config = config;
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
      known.extend(signed.contains(address) ? AddressSource.CERTIFIED : source, expiry);
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
    protocols = Set.copyOf(kept);
  }

  @Nullable PublicKey publicKey() {
    return publicKey;
  }

  void setPublicKey(PublicKey key) {
    if (key.encode().length <= quarter()) {
      publicKey = key;
    }
  }

  @Nullable String agentVersion() {
    return agentVersion;
  }

  void setAgentVersion(String said) {
    agentVersion = said.substring(0, Math.min(said.length(), config.maxTextLength()));
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
    expire(now);
    return protections == 0
        && protocols.isEmpty()
        && publicKey == null
        && certified == null
        && agentVersion == null
        && addresses.isEmpty();
  }
}
