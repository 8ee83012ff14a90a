package io.echonet.dds.transport.kad;

import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What a search for providers has come by so far: each is passed on once, as soon as it is known
 * where it is. Pure. Not thread-safe.
 */
final class ProviderSearch {
  private final int maxProviders;
  private final Predicate<PeerId> isReachable;
  private final Map<PeerId, Boolean> passedOn = new HashMap<>();

  /**
   * @param maxProviders how many providers are taken notice of; the records of a liar are cheap to
   *     make
   * @param isReachable whether a peer may be reached though nobody named an address
   */
  ProviderSearch(int maxProviders, Predicate<PeerId> isReachable) {
    this.maxProviders = maxProviders;
    this.isReachable = isReachable;
  }

  /** These were named as providers; answers those to be passed on now. */
  List<PeerInfo> onNamed(List<PeerInfo> providers) {
    List<PeerInfo> found = new ArrayList<>();
    for (PeerInfo provider : providers) {
      PeerId id = provider.id();
      if (passedOn.containsKey(id) ? passedOn.get(id) : passedOn.size() >= maxProviders) {
        continue;
      }
      boolean now = !provider.addresses().isEmpty() || isReachable.test(id);
      passedOn.put(id, now);
      if (now) {
        found.add(provider);
      }
    }
    return found;
  }

  /** Whether it was passed on before: what else is said of it does not come to the searcher. */
  boolean hasPassedOn(PeerId provider) {
    return passedOn.getOrDefault(provider, false);
  }

  /** The providers of which nobody named an address. */
  List<PeerId> withoutAddress() {
    return passedOn.entrySet().stream()
        .filter(entry -> !entry.getValue())
        .map(Map.Entry::getKey)
        .toList();
  }
}
