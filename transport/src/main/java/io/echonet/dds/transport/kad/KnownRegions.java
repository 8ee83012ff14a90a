package io.echonet.dds.transport.kad;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What walks have shown of the keyspace: the peers found, and the regions of which it is sure that
 * nobody else is there. Pure; lets many keys share few walks. Not thread-safe.
 */
final class KnownRegions {
  /*
   * A walk to a target ends with the k nearest peers. Let c be the length of the prefix that the farthest of them shares
   * with the target: every point that shares more than c bits with the target is nearer than that peer, so whoever lives
   * there was found. The region of c + 1 bits around the target is therefore known completely. Where both halves of a
   * region are known, so is the region. A walk that found fewer than k peers found everybody.
   *
   * In a known region with at least k peers, the k nearest to any key of it are among them, for points outside share a
   * shorter prefix with the key and lie farther off. So a key needs no walk of its own once such a region surrounds it.
   */

  private final int k;
  private final TreeMap<KadKey, Contact> peers = new TreeMap<>();
  private final TreeMap<KadKey, Prefix> known = new TreeMap<>();

  KnownRegions(int k) {
    this.k = k;
  }

  /** A walk to {@code target} has found {@code closest}, nearest first. */
  void onWalk(KadKey target, Collection<Contact> closest) {
    int shared = KadKey.BITS;
    for (Contact contact : closest) {
      peers.put(contact.key(), contact);
      shared = Math.min(shared, target.commonPrefix(contact.key()));
    }
    add(closest.size() < k ? Prefix.ALL : Prefix.of(target, Math.min(shared + 1, KadKey.BITS)));
  }

  private void add(Prefix region) {
    if (covering(region.start(), region.bits()).isPresent()) {
      return;
    }
    within(region).clear();
    known.put(region.start(), region);
    if (!region.isAll()) {
      Prefix sibling = region.sibling();
      if (sibling.equals(known.get(sibling.start()))) {
        add(region.parent());
      }
    }
  }

  /** The known region around {@code key} that is at most {@code bits} deep. */
  private Optional<Prefix> covering(KadKey key, int bits) {
    Map.Entry<KadKey, Prefix> before = known.floorEntry(key);
    return before == null || !before.getValue().contains(key) || before.getValue().bits() > bits
        ? Optional.empty()
        : Optional.of(before.getValue());
  }

  /** The k peers nearest to {@code key}, nearest first, where it is sure who they are. */
  Optional<List<Contact>> closest(KadKey key) {
    Optional<Prefix> around = covering(key, KadKey.BITS);
    if (around.isEmpty()) {
      return Optional.empty();
    }
    Prefix region = around.get();
    NavigableMap<KadKey, Contact> inside = peersIn(region);
    if (inside.size() < k && !region.isAll()) {
      return Optional.empty();
    }
    NavigableMap<KadKey, Contact> half = inside;
    while (half.size() >= k && region.bits() < KadKey.BITS) {
      inside = half;
      region = Prefix.of(key, region.bits() + 1);
      half = peersIn(region);
    }
    return Optional.of(
        inside.values().stream()
            .sorted(Comparator.comparing(Contact::key, key::compareDistances))
            .limit(k)
            .toList());
  }

  /**
   * The region that has to become known next for {@link #closest} to be sure of {@code key}; empty
   * where nothing around the key is known yet, so that a walk to the key itself serves best.
   */
  Optional<Prefix> gap(KadKey key) {
    return covering(key, KadKey.BITS)
        .filter(region -> !region.isAll())
        .map(region -> firstUnknown(region.sibling()));
  }

  /**
   * The region that {@link #gap} would let be served: half as deep as what is known around {@code
   * key}.
   */
  Optional<Prefix> servedByGap(KadKey key) {
    return covering(key, KadKey.BITS).filter(region -> !region.isAll()).map(Prefix::parent);
  }

  private Prefix firstUnknown(Prefix region) {
    List<Prefix> parts = new ArrayList<>(within(region).values());
    Prefix unknown = region;
    while (!parts.isEmpty()) {
      Prefix left = unknown.left();
      boolean leftIsKnown = covering(left.start(), left.bits()).isPresent();
      unknown = leftIsKnown ? unknown.right() : left;
      Prefix chosen = unknown;
      parts.removeIf(part -> !chosen.contains(part));
    }
    return unknown;
  }

  private NavigableMap<KadKey, Contact> peersIn(Prefix region) {
    return subMap(peers, region);
  }

  private NavigableMap<KadKey, Prefix> within(Prefix region) {
    return subMap(known, region);
  }

  private static <T> NavigableMap<KadKey, T> subMap(NavigableMap<KadKey, T> map, Prefix region) {
    return map.subMap(region.start(), true, region.last(), true);
  }
}
