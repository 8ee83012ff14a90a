package io.echonet.dds.transport.kad;

import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The provider records that others asked this node to keep, in memory, each until it expires.
 *
 * <p>Thread-safe by its monitor, which is held for microseconds and never across a call elsewhere.
 */
final class ProviderStore {
  /*
   * Records stand twice: by key, to be asked for, and by provider in the order they were last received, which is the
   * order they expire in. Addresses stand once a provider, however many keys it provides.
   *
   * When the store is full the peer with the most records loses its oldest one. Whoever floods the store thus displaces
   * itself, and a peer that keeps few records loses none to it.
   */

  private final RecordConfig limits;
  private final Map<Multihash, List<PeerId>> byKey = new HashMap<>();
  private final Map<PeerId, Share> byProvider = new HashMap<>();
  private final TreeSet<Share> bySize =
      new TreeSet<>(
          Comparator.<Share>comparingInt(share -> share.received.size())
              .thenComparing(share -> share.provider));
  private int records;

  /** What one peer provides, the record received longest ago first. */
  private static final class Share {
    final PeerId provider;
    final LinkedHashMap<Multihash, Instant> received = new LinkedHashMap<>();
    List<Multiaddr> addresses = List.of();
    Instant addressesReceived = Instant.EPOCH;

    Share(PeerId provider) {
      this.provider = provider;
    }

    Instant receivedAt(Multihash key) {
      return received.getOrDefault(key, Instant.EPOCH);
    }

    PeerInfo info(boolean withAddresses) {
      return new PeerInfo(provider, withAddresses ? addresses : List.of());
    }
  }

  ProviderStore(RecordConfig limits) {
    this.limits = limits;
  }

  /** Keeps that {@code provider} provides {@code key}, or extends the life of that record. */
  synchronized void add(Multihash key, PeerInfo provider, Instant now) {
    Share share = byProvider.computeIfAbsent(provider.id(), Share::new);
    bySize.remove(share);
    share.addresses = provider.addresses();
    share.addressesReceived = now;
    boolean isNew = share.received.remove(key) == null;
    share.received.put(key, now);
    bySize.add(share);
    if (isNew) {
      records++;
      List<PeerId> providers = byKey.computeIfAbsent(key, absent -> new ArrayList<>(1));
      providers.add(provider.id());
      if (providers.size() > limits.maxProvidersPerKey()) {
        forget(key, oldest(key, providers));
      }
      if (records > limits.maxRecords()) {
        Share largest = bySize.last();
        forget(largest.received.keySet().iterator().next(), largest);
      }
    }
  }

  private Share oldest(Multihash key, List<PeerId> providers) {
    return providers.stream()
        .flatMap(provider -> share(provider).stream())
        .min(Comparator.comparing(share -> share.receivedAt(key)))
        .orElseThrow();
  }

  private Optional<Share> share(PeerId provider) {
    return Optional.ofNullable(byProvider.get(provider));
  }

  /** Who provides {@code key}; without addresses where those are too old to be told. */
  synchronized List<PeerInfo> providers(Multihash key, Instant now) {
    return byKey.getOrDefault(key, List.of()).stream()
        .flatMap(provider -> share(provider).stream())
        .filter(share -> isLive(share.receivedAt(key), limits.keep(), now))
        .map(share -> share.info(isLive(share.addressesReceived, limits.keepAddresses(), now)))
        .toList();
  }

  /** Forgets every record that has expired; cheap where none has. */
  synchronized void expire(Instant now) {
    for (Share share : List.copyOf(byProvider.values())) {
      Iterator<Map.Entry<Multihash, Instant>> oldestFirst = share.received.entrySet().iterator();
      List<Multihash> expired = new ArrayList<>();
      while (oldestFirst.hasNext()) {
        Map.Entry<Multihash, Instant> record = oldestFirst.next();
        if (isLive(record.getValue(), limits.keep(), now)) {
          break;
        }
        expired.add(record.getKey());
      }
      expired.forEach(key -> forget(key, share));
    }
  }

  private static boolean isLive(Instant received, Duration life, Instant now) {
    return now.isBefore(received.plus(life));
  }

  private void forget(Multihash key, Share share) {
    bySize.remove(share);
    share.received.remove(key);
    records--;
    if (share.received.isEmpty()) {
      byProvider.remove(share.provider);
    } else {
      bySize.add(share);
    }
    List<PeerId> providers = byKey.getOrDefault(key, List.of());
    providers.remove(share.provider);
    if (providers.isEmpty()) {
      byKey.remove(key);
    }
  }

  /** How many records are kept, expired ones that were not yet swept included. */
  synchronized int size() {
    return records;
  }
}
