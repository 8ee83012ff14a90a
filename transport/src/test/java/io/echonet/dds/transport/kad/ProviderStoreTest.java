package io.echonet.dds.transport.kad;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProviderStoreTest {
  private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/192.0.2.1/tcp/4001");
  private static final Multiaddr MOVED = Multiaddr.parse("/ip4/192.0.2.2/tcp/4001");
  private static final Instant START = Instant.EPOCH.plusSeconds(1_000_000);

  private final Random random = new Random(5);
  private final Multihash key = RandomPeers.multihash(random);
  private static final RecordConfig CONFIG = KadConfig.defaults().records().withRecords(10, 4);

  private final ProviderStore store = new ProviderStore(CONFIG);

  @Test
  void aRecordIsServedUntilItExpires() {
    PeerInfo provider = provider();
    store.add(key, provider, START);

    assertThat(store.providers(key, START)).containsExactly(provider);
    assertThat(store.providers(key, START.plus(Duration.ofDays(2)).minusMillis(1))).hasSize(1);
    assertThat(store.providers(key, START.plus(Duration.ofDays(2)))).isEmpty();
  }

  @Test
  void addressesAreToldForADayOnly() {
    PeerInfo provider = provider();
    store.add(key, provider, START);

    assertThat(store.providers(key, START.plus(Duration.ofDays(1))))
        .containsExactly(new PeerInfo(provider.id(), List.of()));
  }

  @Test
  void announcingAgainExtendsRecordAndAddresses() {
    PeerInfo provider = provider();
    store.add(key, provider, START);
    PeerInfo moved = new PeerInfo(provider.id(), List.of(MOVED));
    store.add(key, moved, START.plus(Duration.ofHours(22)));

    assertThat(store.providers(key, START.plus(Duration.ofHours(45)))).containsExactly(moved);
    assertThat(store.providers(key, START.plus(Duration.ofHours(69)))).hasSize(1);
    assertThat(store.size()).isEqualTo(1);
  }

  @Test
  void expiredRecordsAreForgotten() {
    store.add(key, provider(), START);
    store.add(RandomPeers.multihash(random), provider(), START.plusSeconds(60));
    store.expire(START.plus(Duration.ofDays(2)));
    assertThat(store.size()).isEqualTo(1);

    store.expire(START.plus(Duration.ofHours(49)));
    assertThat(store.size()).isZero();
  }

  @Test
  void aKeyKeepsTheProvidersReceivedLast() {
    List<PeerInfo> providers = IntStream.range(0, 6).mapToObj(i -> provider()).toList();
    for (int i = 0; i < 6; i++) {
      store.add(key, providers.get(i), START.plusSeconds(i));
    }

    assertThat(store.providers(key, START)).isEqualTo(providers.subList(2, 6));
    assertThat(store.size()).isEqualTo(4);
  }

  @Test
  void whoeverFloodsAFullStoreDisplacesItself() {
    PeerInfo modest = provider();
    PeerInfo flooder = provider();
    store.add(key, modest, START);
    List<Multihash> flood =
        IntStream.range(0, 100).mapToObj(i -> RandomPeers.multihash(random)).toList();
    for (int i = 0; i < 100; i++) {
      store.add(flood.get(i), flooder, START.plusSeconds(i));
    }
    Multihash another = RandomPeers.multihash(random);
    store.add(another, modest, START.plusSeconds(200));

    assertThat(store.size()).isEqualTo(10);
    assertThat(store.providers(key, START)).containsExactly(modest);
    assertThat(store.providers(another, START)).containsExactly(modest);
    assertThat(flood)
        .filteredOn(record -> !store.providers(record, START).isEmpty())
        .isEqualTo(flood.subList(92, 100));
  }

  @Test
  void manyProvidersAndKeysAreKeptApart() {
    ProviderStore large = new ProviderStore(CONFIG.withRecords(500, 8));
    List<PeerInfo> providers = IntStream.range(0, 20).mapToObj(i -> provider()).toList();
    List<Multihash> keys =
        IntStream.range(0, 50).mapToObj(i -> RandomPeers.multihash(random)).toList();
    for (int i = 0; i < 1500; i++) {
      Multihash any = keys.get(random.nextInt(keys.size()));
      large.add(any, providers.get(random.nextInt(providers.size())), START.plusSeconds(i));
      large.expire(START.plusSeconds(i));
      assertThat(large.providers(any, START.plusSeconds(i)))
          .hasSizeBetween(1, 8)
          .doesNotHaveDuplicates();
    }

    int served = keys.stream().mapToInt(any -> large.providers(any, START).size()).sum();
    assertThat(large.size()).isEqualTo(served).isLessThanOrEqualTo(400);
    large.expire(START.plus(Duration.ofHours(50)));
    assertThat(large.size()).isZero();
  }

  @Test
  void ofTheAddressesOfAProviderThoseThatFitAreKept() {
    ProviderStore small = new ProviderStore(CONFIG.withAddressBytes(1000, 100_000));
    Multiaddr huge = address(700);
    List<Multiaddr> addresses = List.of(huge, ADDRESS, address(300), MOVED);
    PeerId id = provider().id();

    small.add(key, new PeerInfo(id, addresses), START);

    assertThat(small.providers(key, START))
        .containsExactly(new PeerInfo(id, List.of(ADDRESS, MOVED)));
    assertThat(small.addressBytes()).isEqualTo(2 * (400L + ADDRESS.bytes().length));
  }

  @Test
  void beyondTheBytesOfAllWhoseAddressesTakeMostLosesThemButNoRecord() {
    ProviderStore small =
        new ProviderStore(CONFIG.withRecords(1000, 1000).withAddressBytes(1500, 10_000));
    PeerInfo modest = provider();
    small.add(key, modest, START);
    for (int i = 0; i < 100; i++) {
      PeerInfo flooder = new PeerInfo(provider().id(), List.of(address(900)));
      small.add(key, flooder, START.plusSeconds(i));
      assertThat(small.addressBytes()).isLessThanOrEqualTo(10_000);
    }

    assertThat(small.size()).isEqualTo(101);
    assertThat(small.providers(key, START)).contains(modest);
    assertThat(small.providers(key, START))
        .filteredOn(provider -> !provider.addresses().isEmpty())
        .hasSizeBetween(7, 8);
  }

  @Test
  void addressesGoWithTheLastRecord() {
    PeerInfo provider = provider();
    store.add(key, provider, START);
    store.add(RandomPeers.multihash(random), provider, START);
    store.restore(new PeerInfo(provider.id(), List.of(MOVED, ADDRESS)), START);
    assertThat(store.addressBytes()).isEqualTo(2 * (400L + ADDRESS.bytes().length));

    store.expire(START.plus(Duration.ofDays(2)));

    assertThat(store.size()).isZero();
    assertThat(store.addressBytes()).isZero();
  }

  @Test
  void aFullStoreKeepsCountOfTheAddressesOfThoseItForgets() {
    for (int i = 0; i < 50; i++) {
      store.add(RandomPeers.multihash(random), provider(), START.plusSeconds(i));
    }

    assertThat(store.size()).isEqualTo(10);
    assertThat(store.addressBytes()).isEqualTo(10 * (400L + ADDRESS.bytes().length));
  }

  /** Of so many hundred bytes. */
  private static Multiaddr address(int bytes) {
    return Multiaddr.parse(("/dns/" + "x".repeat(98)).repeat(bytes / 100));
  }

  private PeerInfo provider() {
    return new PeerInfo(PeerId.decode(RandomPeers.multihash(random).bytes()), List.of(ADDRESS));
  }
}
