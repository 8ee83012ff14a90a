package io.echonet.dds.transport.kad;

import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What a search for providers has come by so far: each is passed on once, as soon as it is known
 * where it is. Pure. Not thread-safe.
 */
final class ProviderSearch {
  /*
   * The records of a liar are cheap to make, so no answer fills the search: of one, as many new providers are taken
   * notice of as make half of what is still wanted, and more of them are held back until there are no more answers.
   */

  private final int wanted;
  private final Predicate<PeerId> isReachable;
  private final Map<PeerId, Boolean> passedOn = new HashMap<>();
  private final List<ArrayDeque<PeerInfo>> heldBack = new ArrayList<>();
  private int roomToHold;

  /**
   * @param wanted how many providers are looked for
   * @param isReachable whether a peer may be reached though nobody named an address
   */
  ProviderSearch(int wanted, Predicate<PeerId> isReachable) {
    this.wanted = wanted;
    this.roomToHold = wanted;
    this.isReachable = isReachable;
  }

  /** These were named as providers by one answer; answers those to be passed on now. */
  List<PeerInfo> onNamed(List<PeerInfo> providers) {
    List<PeerInfo> found = new ArrayList<>();
    ArrayDeque<PeerInfo> tooMany = new ArrayDeque<>();
    int share = half(wanted - passedOn.size());
    int shareToHold = half(roomToHold);
    for (PeerInfo provider : providers) {
      if (share > 0 || passedOn.containsKey(provider.id())) {
        share -= passedOn.containsKey(provider.id()) ? 0 : 1;
        onNamed(provider, found);
      } else if (tooMany.size() < shareToHold) {
        tooMany.add(provider);
      }
    }
    roomToHold -= tooMany.size();
    heldBack.add(tooMany);
    return found;
  }

  private static int half(int count) {
    return (count + 1) / 2;
  }

  private void onNamed(PeerInfo provider, List<PeerInfo> found) {
    boolean now = !provider.addresses().isEmpty() || isReachable.test(provider.id());
    Boolean before = passedOn.put(provider.id(), now || hasPassedOn(provider.id()));
    if (now && !Boolean.TRUE.equals(before)) {
      found.add(provider);
    }
  }

  /** There are no more answers: those held back to be passed on now, of each answer in turn. */
  List<PeerInfo> rest() {
    List<PeerInfo> found = new ArrayList<>();
    heldBack.removeIf(ArrayDeque::isEmpty);
    while (!heldBack.isEmpty()) {
      for (Iterator<ArrayDeque<PeerInfo>> each = heldBack.iterator(); each.hasNext(); ) {
        ArrayDeque<PeerInfo> answer = each.next();
        onNamed(answer.removeFirst(), found);
        if (answer.isEmpty()) {
          each.remove();
        }
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
