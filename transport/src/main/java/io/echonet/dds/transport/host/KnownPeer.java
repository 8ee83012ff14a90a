package io.echonet.dds.transport.host;

import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerRecord;
import io.echonet.dds.transport.PublicKey;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a peer store knows of one peer; guarded by the store. */
final class KnownPeer {
  private final Map<Multiaddr, Instant> expiries = new HashMap<>();
  Set<String> protocols = Set.of();
  @Nullable PublicKey publicKey;
  @Nullable String agentVersion;

  /** The newest record; the signature has done its duty, so it takes no memory. */
  private @Nullable PeerRecord certified;

  /** How many hold the peer in the store. */
  int protections;

  /** The live addresses; the one that lives longest was confirmed last. */
  List<Multiaddr> addresses(Instant now) {
    expiries.values().removeIf(expiry -> !expiry.isAfter(now));
    return expiries.entrySet().stream().sorted(bestFirst()).map(Map.Entry::getKey).toList();
  }

  void addAddresses(Collection<Multiaddr> addresses, Instant expiry, int max) {
    for (Multiaddr address : addresses) {
      expiries.merge(address.withoutPeerId(), expiry, (old, add) -> add.isAfter(old) ? add : old);
      if (expiries.size() > max) {
        expiries.entrySet().stream()
            .max(bestFirst())
            .map(Map.Entry::getKey)
            .ifPresent(expiries::remove);
      }
    }
  }

  /**
   * Those the peer has signed, then those that live longest. Ties go by the text, so that equal
   * histories give equal orders.
   */
  private Comparator<Map.Entry<Multiaddr, Instant>> bestFirst() {
    Set<Multiaddr> signed = Set.copyOf(certified());
    return Comparator.<Map.Entry<Multiaddr, Instant>>comparingInt(
            entry -> signed.contains(entry.getKey()) ? 0 : 1)
        .thenComparing(Map.Entry.<Multiaddr, Instant>comparingByValue().reversed())
        .thenComparing(entry -> entry.getKey().toString());
  }

  /**
   * Takes {@code record} in place of an older one, with its first {@code max} addresses.
   *
   * @return false where a newer one is known
   */
  boolean certify(PeerRecord record, int max) {
    PeerRecord before = certified;
    if (before != null && !record.isNewerThan(before.sequence())) {
      return record.sequence() == before.sequence();
    }
    expiries.keySet().removeAll(certified());
    certified =
        new PeerRecord(
            record.peer(), record.sequence(), record.addresses().stream().limit(max).toList());
    return true;
  }

  /** The addresses that the peer has signed last, whether they live or not. */
  List<Multiaddr> certified() {
    PeerRecord record = certified;
    return record == null ? List.of() : record.addresses();
  }

  boolean isEmpty(Instant now) {
    return protections == 0
        && protocols.isEmpty()
        && publicKey == null
        && certified == null
        && agentVersion == null
        && addresses(now).isEmpty();
  }
}
