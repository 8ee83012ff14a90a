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
   * itself, and a peer that keeps few records loses none to it. In the same way the peer with the longest addresses
   * loses them when all addresses are too long; its records stay.
   */

  /** How often, while addresses are told, the listener hears that they are still the same. */
  private static final int TELLINGS = 8;

  /** About what an address takes beside its bytes. */
  private static final int ADDRESS_BASE_BYTES = 400;

  private final RecordConfig limits;
  private volatile Listener listener = (key, provider, withAddresses, time) -> {};
  private final Map<Multihash, List<PeerId>> byKey = new HashMap<>();
  private final Map<PeerId, Share> byProvider = new HashMap<>();
  private final TreeSet<Share> bySize =
      new TreeSet<>(
          Comparator.<Share>comparingInt(share -> share.received.size())
              .thenComparing(share -> share.provider));
  private final TreeSet<Share> byAddressBytes =
      new TreeSet<>(
          Comparator.<Share>comparingInt(share -> share.addressBytes)
              .thenComparing(share -> share.provider));
  private int records;
  private long addressBytes;

  /** Hears of every record that is received. */
  interface Listener {
    /**
     * {@code provider} said that it provides {@code key}.
     *
     * @param withAddresses whether its addresses are others than before, or were not told for long
     */
    void onAdded(Multihash key, PeerInfo provider, boolean withAddresses, Instant time);
  }

  /** What one peer provides, the record received longest ago first. */
  private static final class Share {
    final PeerId provider;
    final LinkedHashMap<Multihash, Instant> received = new LinkedHashMap<>();
    List<Multiaddr> addresses = List.of();
    int addressBytes;
    Instant addressesReceived = Instant.EPOCH;
    Instant addressesTold = Instant.EPOCH;

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

  /** Who is told of what is added from now on. */
  void listen(Listener other) {
    listener = other;
  }

  /** Keeps that {@code provider} provides {@code key}, or extends the life of that record. */
  void add(Multihash key, PeerInfo provider, Instant now) {
    PeerInfo kept = new PeerInfo(provider.id(), fitting(provider.addresses()));
    boolean areAddressesNews = keep(key, kept, now);
    listener.onAdded(key, kept, areAddressesNews, now);
  }

  private List<Multiaddr> fitting(List<Multiaddr> addresses) {
    List<Multiaddr> fitting = new ArrayList<>();
    int left = limits.maxAddressBytesPerProvider();
    for (Multiaddr address : addresses) {
      int bytes = bytesOf(address);
      if (bytes <= left) {
        left -= bytes;
        fitting.add(address);
      }
    }
    return fitting;
  }

  private static int bytesOf(Multiaddr address) {
    return ADDRESS_BASE_BYTES + address.bytes().length;
  }

  private synchronized boolean keep(Multihash key, PeerInfo provider, Instant now) {
    Share share = byProvider.computeIfAbsent(provider.id(), Share::new);
    boolean areNews =
        !share.addresses.equals(provider.addresses())
            || !isLive(share.addressesTold, limits.keepAddresses().dividedBy(TELLINGS), now);
    keep(provider.addresses(), share, now);
    share.addressesTold = areNews ? now : share.addressesTold;
    keep(key, share, now);
    return areNews;
  }

  private void keep(List<Multiaddr> addresses, Share share, Instant time) {
    forgetAddresses(share);
    share.addresses = addresses;
    share.addressesReceived = time;
    share.addressBytes = addresses.stream().mapToInt(ProviderStore::bytesOf).sum();
    addressBytes += share.addressBytes;
    byAddressBytes.add(share);
    while (addressBytes > limits.maxAddressBytes()) {
      forgetAddresses(byAddressBytes.last());
    }
  }

  private void forgetAddresses(Share share) {
    byAddressBytes.remove(share);
    addressBytes -= share.addressBytes;
    share.addressBytes = 0;
    share.addresses = List.of();
  }

  private void keep(Multihash key, Share share, Instant time) {
    bySize.remove(share);
    boolean isNew = share.received.remove(key) == null;
    share.received.put(key, time);
    bySize.add(share);
    if (isNew) {
      records++;
      List<PeerId> providers = byKey.computeIfAbsent(key, absent -> new ArrayList<>(1));
      providers.add(share.provider);
      if (providers.size() > limits.maxProvidersPerKey()) {
        forget(key, oldest(key, providers));
      }
      if (records > limits.maxRecords()) {
        Share largest = bySize.last();
        forget(largest.received.keySet().iterator().next(), largest);
      }
    }
  }

  /** Keeps a record received at {@code time}, before a restart, where it has not expired. */
  synchronized void restore(Multihash key, PeerId provider, Instant time, Instant now) {
    if (isLive(time, limits.keep(), now)) {
      keep(key, byProvider.computeIfAbsent(provider, Share::new), time);
    }
  }

  /** Keeps where a peer was at {@code time}, where it has a record. */
  synchronized void restore(PeerInfo provider, Instant time) {
    share(provider.id()).ifPresent(share -> keep(fitting(provider.addresses()), share, time));
  }

  /** The peers with a record. */
  synchronized List<PeerId> providers() {
    return List.copyOf(byProvider.keySet());
  }

  /** All that is kept of {@code provider}, records first. */
  synchronized List<ProviderLogFormat.Entry> entries(PeerId provider) {
    List<ProviderLogFormat.Entry> entries = new ArrayList<>();
    share(provider)
        .ifPresent(
            share -> {
              share.received.forEach(
                  (key, time) -> entries.add(new ProviderLogFormat.Provides(key, provider, time)));
              entries.add(
                  new ProviderLogFormat.IsAt(provider, share.addresses, share.addressesReceived));
            });
    return entries;
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
      forgetAddresses(share);
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

  /** About the memory that the addresses take. */
  synchronized long addressBytes() {
    return addressBytes;
  }
}
