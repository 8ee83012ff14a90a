package io.echonet.dds.transport.host;

import io.echonet.dds.transport.Multiaddr;
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
  /** Ties go by the text, so that equal histories give equal orders. */
  private static final Comparator<Map.Entry<Multiaddr, Instant>> LONGEST_LIVED_FIRST =
      Map.Entry.<Multiaddr, Instant>comparingByValue()
          .reversed()
          .thenComparing(entry -> entry.getKey().toString());

  private final Map<Multiaddr, Instant> expiries = new HashMap<>();
  Set<String> protocols = Set.of();
  @Nullable PublicKey publicKey;
  @Nullable String agentVersion;

  /** How many hold the peer in the store. */
  int protections;

  /** The live addresses, the one that lives longest first: it was confirmed last. */
  List<Multiaddr> addresses(Instant now) {
    expiries.values().removeIf(expiry -> !expiry.isAfter(now));
    return expiries.entrySet().stream().sorted(LONGEST_LIVED_FIRST).map(Map.Entry::getKey).toList();
  }

  void addAddresses(Collection<Multiaddr> addresses, Instant expiry, int max) {
    for (Multiaddr address : addresses) {
      expiries.merge(address.withoutPeerId(), expiry, (old, add) -> add.isAfter(old) ? add : old);
      if (expiries.size() > max) {
        expiries.entrySet().stream()
            .max(LONGEST_LIVED_FIRST)
            .map(Map.Entry::getKey)
            .ifPresent(expiries::remove);
      }
    }
  }

  boolean isEmpty(Instant now) {
    return protections == 0
        && protocols.isEmpty()
        && publicKey == null
        && agentVersion == null
        && addresses(now).isEmpty();
  }
}
