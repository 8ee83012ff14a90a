package io.echonet.dds.transport.kad;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProviderLogTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final RecordConfig CONFIG =
      new RecordConfig(1000, 10, Duration.ofDays(2), Duration.ofDays(1));

  @TempDir Path folder;
  private Path file = Path.of("");
  private final Random random = new Random(12);
  private final PeerId self = RandomPeers.contact(random).peer();
  private final List<Multihash> keys = new ArrayList<>();
  private final List<PeerInfo> providers = new ArrayList<>();

  @BeforeEach
  void prepare() {
    file = folder.resolve("providers");
    for (int i = 0; i < 20; i++) {
      keys.add(RandomPeers.multihash(random));
      providers.add(
          new PeerInfo(
              RandomPeers.contact(random).peer(),
              List.of(Multiaddr.parse("/ip4/10.0.0." + i + "/tcp/4001"))));
    }
  }

  @Test
  void theFormatDoesNotChange() throws IOException {
    byte[] entry =
        ProviderLogFormat.encode(
            new ProviderLogFormat.Provides(
                Multihash.decode(HexFormat.of().parseHex("00020709")),
                PeerId.decode(HexFormat.of().parseHex("00020102")),
                Instant.ofEpochMilli(0x0102030405L)));

    assertThat(HexFormat.of().formatHex(entry))
        .isEqualTo(
            "00000015" + "49f26910" + "01" + "0000000102030405" + "000400020709" + "000400020102");
    List<ProviderLogFormat.Entry> entries = new ArrayList<>();
    ProviderLogFormat.read(
        new ByteArrayInputStream(join(ProviderLogFormat.HEADER, entry)), entries::add);
    assertThat(entries).hasSize(1);
  }

  @Test
  void whatWasKeptIsThereAfterARestart() throws IOException {
    fill(open(new ProviderStore(CONFIG), NOW), NOW);

    ProviderStore again = new ProviderStore(CONFIG);
    open(again, NOW).close();

    assertThat(again.size()).isEqualTo(20);
    for (int i = 0; i < 20; i++) {
      assertThat(again.providers(keys.get(i), NOW)).containsExactly(providers.get(i));
    }
  }

  @Test
  void lifeGoesOnWhereItWas() throws IOException {
    fill(open(new ProviderStore(CONFIG), NOW), NOW);

    Instant later = NOW.plus(Duration.ofHours(47));
    ProviderStore again = new ProviderStore(CONFIG);
    open(again, later).close();
    assertThat(again.providers(keys.get(0), later))
        .as("the address is too old to be told")
        .containsExactly(new PeerInfo(providers.get(0).id(), List.of()));
    assertThat(again.providers(keys.get(0), NOW.plus(Duration.ofDays(2)))).isEmpty();

    ProviderStore late = new ProviderStore(CONFIG);
    open(late, NOW.plus(Duration.ofDays(2))).close();
    assertThat(late.size()).isZero();
  }

  @Test
  void aTornWriteCostsWhatWasTornAlone() throws IOException {
    fill(open(new ProviderStore(CONFIG), NOW), NOW);
    byte[] whole = Files.readAllBytes(file);
    int cuts = 0;
    for (int length = whole.length - 1; length >= 0; length -= 1 + random.nextInt(40)) {
      Files.write(file, Arrays.copyOf(whole, length));
      ProviderStore again = new ProviderStore(CONFIG);
      ProviderLog log = open(again, NOW);
      int before = again.size();
      assertThat(before).isBetween(length / 150 - 1, length / 90 + 1);
      again.add(keys.get(0), providers.get(19), NOW);
      log.close();
      ProviderStore third = new ProviderStore(CONFIG);
      open(third, NOW).close();
      assertThat(third.size()).isEqualTo(before + 1);
      cuts++;
    }
    assertThat(cuts).isGreaterThan(50);
  }

  @Test
  void aBitThatTurnedOverEndsWhatIsRead() throws IOException {
    fill(open(new ProviderStore(CONFIG), NOW), NOW);
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < 100; i++) {
      byte[] damaged = whole.clone();
      int at = random.nextInt(whole.length);
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);
      ProviderStore again = new ProviderStore(CONFIG);
      open(again, NOW).close();
      assertThat(again.size()).isLessThanOrEqualTo(at / 90 + 1);
      ProviderLogFuzzTest.check(damaged);
    }
  }

  @Test
  void aFileOfAnotherKindIsBegunAnew() throws IOException {
    Files.writeString(file, "something else altogether");
    fill(open(new ProviderStore(CONFIG), NOW), NOW);

    ProviderStore again = new ProviderStore(CONFIG);
    open(again, NOW).close();
    assertThat(again.size()).isEqualTo(20);
  }

  @Test
  void renewalsDoNotMakeTheFileGrowForever() throws IOException {
    ProviderStore store = new ProviderStore(CONFIG);
    ProviderLog log = open(store, NOW);
    for (int round = 0; round < 3000; round++) {
      for (int i = 0; i < 20; i++) {
        store.add(keys.get(i), providers.get(i), NOW.plusSeconds(round));
      }
      log.flush();
    }
    log.close();

    assertThat(Files.size(file)).isBetween(1000L, 1024 * 1024 + 100_000L);
    assertThat(Files.exists(folder.resolve("providers.new"))).isFalse();
    ProviderStore again = new ProviderStore(CONFIG);
    open(again, NOW.plusSeconds(3000)).close();
    assertThat(again.size()).isEqualTo(20);
    assertThat(again.providers(keys.get(3), NOW.plusSeconds(2998).plus(CONFIG.keep()))).hasSize(1);
  }

  @Test
  void whatDidNotFitIntoMemoryIsWrittenAllTheSame() throws IOException {
    ProviderStore store =
        new ProviderStore(new RecordConfig(200_000, 10, CONFIG.keep(), CONFIG.keepAddresses()));
    ProviderLog log = open(store, NOW);
    for (int i = 0; i < 120_000; i++) {
      store.add(RandomPeers.multihash(random), providers.get(i % 20), NOW);
    }
    log.close();

    ProviderStore again =
        new ProviderStore(new RecordConfig(200_000, 10, CONFIG.keep(), CONFIG.keepAddresses()));
    open(again, NOW).close();
    assertThat(again.size()).isEqualTo(120_000);
  }

  @Test
  void whatThisNodeProvidesItselfIsNotBroughtBack() throws IOException {
    ProviderStore store = new ProviderStore(CONFIG);
    ProviderLog log = open(store, NOW);
    store.add(keys.get(0), new PeerInfo(self, providers.get(0).addresses()), NOW);
    store.add(keys.get(0), providers.get(1), NOW);
    log.close();

    ProviderStore again = new ProviderStore(CONFIG);
    open(again, NOW).close();
    assertThat(again.providers(keys.get(0), NOW)).containsExactly(providers.get(1));
  }

  @Test
  void aTimeInTheFutureIsTakenForNow() throws IOException {
    fill(open(new ProviderStore(CONFIG), NOW), NOW.plus(Duration.ofDays(1000)));

    ProviderStore again = new ProviderStore(CONFIG);
    open(again, NOW).close();
    again.expire(NOW.plus(Duration.ofDays(2)));
    assertThat(again.size()).isZero();
  }

  @Test
  void aFolderThatHasGoneStopsTheWritingAndNothingElse() throws IOException {
    ProviderStore store = new ProviderStore(CONFIG);
    Path inner = Files.createDirectory(folder.resolve("inner"));
    ProviderLog log = ProviderLog.open(inner.resolve("providers"), store, self, NOW);
    Files.delete(inner.resolve("providers"));
    Files.delete(inner);
    for (int round = 0; round < 600; round++) {
      for (int i = 0; i < 20; i++) {
        store.add(keys.get(i), providers.get(i), NOW.plusSeconds(round));
      }
      log.flush();
    }
    Files.createDirectory(inner);
    log.flush();
    log.close();

    assertThat(store.size()).isEqualTo(20);
    ProviderStore again = new ProviderStore(CONFIG);
    ProviderLog.open(inner.resolve("providers"), again, self, NOW).close();
    assertThat(again.size()).isEqualTo(20);
  }

  @Test
  void entriesThatMakeNoSenseArePassedOver() throws IOException {
    ProviderLog log = open(new ProviderStore(CONFIG), NOW);
    log.close();
    byte[] unknown =
        ProviderLogFormat.encode(new ProviderLogFormat.IsAt(providers.get(0).id(), List.of(), NOW));
    Files.write(file, unknown, StandardOpenOption.APPEND);
    ProviderStore again = new ProviderStore(CONFIG);
    open(again, NOW).close();

    assertThat(again.size()).isZero();
    assertThat(again.providers()).isEmpty();
  }

  private void fill(ProviderLog log, Instant time) {
    // The store that the log listens to is reached through it alone.
    for (int i = 0; i < 20; i++) {
      log.onAdded(keys.get(i), providers.get(i), true, time);
    }
    log.close();
  }

  private ProviderLog open(ProviderStore store, Instant now) throws IOException {
    return ProviderLog.open(file, store, self, now);
  }

  private static byte[] join(byte[] one, byte[] other) {
    byte[] joined = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, joined, one.length, other.length);
    return joined;
  }
}
