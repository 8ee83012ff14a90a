package io.echonet.dds.transport.identify;

import io.echonet.dds.transport.IpAddresses;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.limits.IpPrefix;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where peers say that they see this host, believed once enough of them agree that do not look like
 * one. Each group of neighbouring IP addresses has one word, its last.
 */
final class ObservedAddresses {
  private record Word(Observation observation, long untilNanos) {}

  private final ObservationConfig config;
  private final Map<IpPrefix, Word> words;
  private List<Multiaddr> believed = List.of();

  ObservedAddresses(ObservationConfig config) {
    this.config = config;
    this.words =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<IpPrefix, Word> eldest) {
            return size() > config.maxGroups();
          }
        };
  }

  synchronized List<Multiaddr> believed() {
    return believed;
  }

  /** Takes {@code observation} up; whether what is believed is another now. */
  synchronized boolean note(Observation observation, long nowNanos) {
    Optional<byte[]> from = IpAddresses.of(observation.from());
    Optional<byte[]> seen = IpAddresses.of(observation.address());
    if (config.maxAddresses() == 0
        || from.isEmpty()
        || seen.isEmpty()
        || !isCredible(from.get(), seen.get())) {
      return false;
    }
    IpPrefix group = IpPrefix.of(from.get(), config.ip4GroupBits(), config.ip6GroupBits());
    // The one heard of last stays longest.
    words.remove(group);
    words.put(group, new Word(observation, nowNanos + config.life().toNanos()));
    return decide(nowNanos);
  }

  /** Who is not on the internet can't know how one is seen there, and the other way round. */
  private boolean isCredible(byte[] from, byte[] seen) {
    boolean isPublic = IpAddresses.isPublic(seen);
    return isPublic == IpAddresses.isPublic(from) && (isPublic || config.localToo());
  }

  /**
   * Forgets what is too old; whether what is believed is another now.
   *
   * @param connected whose word holds as long as they are
   */
  synchronized boolean renew(Set<PeerId> connected, long nowNanos) {
    words.replaceAll(
        (group, word) ->
            connected.contains(word.observation().peer())
                ? new Word(word.observation(), nowNanos + config.life().toNanos())
                : word);
    return decide(nowNanos);
  }

  private boolean decide(long nowNanos) {
    words.values().removeIf(word -> word.untilNanos() - nowNanos <= 0);
    Map<Multiaddr, Set<PeerId>> observers = new HashMap<>();
    for (Word word : words.values()) {
      Observation observation = word.observation();
      observers
          .computeIfAbsent(observation.address(), address -> new HashSet<>())
          .add(observation.peer());
    }
    List<Multiaddr> now =
        observers.entrySet().stream()
            .filter(seen -> seen.getValue().size() >= config.observers())
            .sorted(
                Comparator.<Map.Entry<Multiaddr, Set<PeerId>>>comparingInt(
                        seen -> -seen.getValue().size())
                    .thenComparing(seen -> seen.getKey().bytes(), Arrays::compareUnsigned))
            .map(Map.Entry::getKey)
            .limit(config.maxAddresses())
            .toList();
    boolean changed = !Set.copyOf(now).equals(Set.copyOf(believed));
    if (changed) {
      believed = now;
    }
    return changed;
  }
}
