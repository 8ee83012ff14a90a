package io.echonet.dds.transport.kad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.disk.EntryLog;
import io.echonet.dds.transport.disk.UnknownVersionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
  private static final RecordConfig CONFIG = KadConfig.defaults().records().withRecords(1000, 10);

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
  void theFormatDoesNotChange() {
    ProviderLogFormat.Entry entry =
        new ProviderLogFormat.Provides(
            Multihash.decode(HexFormat.of().parseHex("00020709")),
            PeerId.decode(HexFormat.of().parseHex("00020102")),
            Instant.ofEpochMilli(0x0102030405L));
    byte[] bytes = ProviderLogFormat.encode(entry);

    assertThat(HexFormat.of().formatHex(bytes))
        .isEqualTo("01" + "0000000102030405" + "000400020709" + "000400020102");
    assertThat(ProviderLogFormat.decode(bytes)).contains(entry);
  }

  @Test
  void whatWasKeptIsThereAfterARestart() throws IOException {
    fileOfRecords(20);

    ProviderStore again = reopened(NOW);

    assertThat(again.size()).isEqualTo(20);
    for (int i = 0; i < 20; i++) {
      assertThat(again.providers(keys.get(i), NOW)).containsExactly(providers.get(i));
    }
  }

  @Test
  void lifeGoesOnWhereItWas() throws IOException {
    fileOfRecords(20);

    Instant later = NOW.plus(Duration.ofHours(47));
    ProviderStore again = reopened(later);
    assertThat(again.providers(keys.get(0), later))
        .as("the address is too old to be told")
        .containsExactly(new PeerInfo(providers.get(0).id(), List.of()));
    assertThat(again.providers(keys.get(0), NOW.plus(Duration.ofDays(2)))).isEmpty();

    assertThat(reopened(NOW.plus(Duration.ofDays(2))).size()).isZero();
  }

  @Test
  void aWriteTornAnywhereCostsWhatWasTornAlone() throws IOException {
    byte[] whole = fileOfRecords(3);
    int last = -1;
    for (int length = 0; length <= whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      ProviderStore again = new ProviderStore(CONFIG);
      ProviderLog log = open(again, NOW);
      int kept = again.size();
      assertThat(kept).isBetween(Math.max(0, last), last + 1);
      last = kept;
      if (length % 50 == 0) {
        again.add(keys.get(0), providers.get(19), NOW);
        log.close();
        assertThat(reopened(NOW).size()).isEqualTo(kept + 1);
      } else {
        log.close();
      }
    }
    assertThat(last).isEqualTo(3);
  }

  @Test
  void aBitThatTurnedOverCostsOneRecordAtMostAndIsMendedByTheNextWrite() throws IOException {
    byte[] whole = fileOfRecords(20);
    int damages = 0;
    for (int i = 0; i < 150; i++) {
      byte[] damaged = whole.clone();
      int at = i < 40 ? i : random.nextInt(whole.length);
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);

      ProviderStore again = reopened(NOW);

      int lost = 20 - again.size();
      assertThat(lost).isBetween(0, 1);
      damages += lost;
      ProviderStore mended = reopened(NOW);
      assertThat(mended.providers()).containsExactlyInAnyOrderElementsOf(again.providers());
    }
    assertThat(damages).isGreaterThan(40);
  }

  @Test
  void aFileOfALaterVersionIsLeftAlone() throws IOException {
    EntryLog.open(file, new EntryLog.Kind("dds-pro", 3, 100), body -> {}).close();
    byte[] later = Files.readAllBytes(file);

    assertThatThrownBy(() -> open(new ProviderStore(CONFIG), NOW))
        .isInstanceOf(UnknownVersionException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("version 3");
    assertThat(Files.readAllBytes(file)).isEqualTo(later);
  }

  @Test
  void aFileOfTheFirstVersionIsPutAside() throws IOException {
    String first = "6464732d70726f01" + "00000015" + "49f26910" + "01";
    byte[] old = HexFormat.of().parseHex(first + "0000000102030405" + "00020709");
    Files.write(file, old);

    fileOfRecords(20);

    assertThat(reopened(NOW).size()).isEqualTo(20);
    assertThat(folder.resolve("providers.damaged")).hasBinaryContent(old);
  }

  @Test
  void nobodyElseMayReadIt() throws IOException {
    fileOfRecords(20);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
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
    ProviderStore again = reopened(NOW.plusSeconds(3000));
    assertThat(again.size()).isEqualTo(20);
    assertThat(again.providers(keys.get(3), NOW.plusSeconds(2998).plus(CONFIG.keep()))).hasSize(1);
  }

  @Test
  void whatDidNotFitIntoMemoryIsWrittenAllTheSame() throws IOException {
    ProviderStore store = new ProviderStore(CONFIG.withRecords(200_000, 10));
    ProviderLog log = open(store, NOW);
    for (int i = 0; i < 120_000; i++) {
      store.add(RandomPeers.multihash(random), providers.get(i % 20), NOW);
    }
    log.close();

    ProviderStore again = new ProviderStore(CONFIG.withRecords(200_000, 10));
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

    assertThat(reopened(NOW).providers(keys.get(0), NOW)).containsExactly(providers.get(1));
  }

  @Test
  void aTimeInTheFutureIsTakenForNow() throws IOException {
    write(20, NOW.plus(Duration.ofDays(1000)));

    ProviderStore again = reopened(NOW);
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
    EntryLog other = EntryLog.open(file, new EntryLog.Kind("dds-pro", 2, 1000), body -> {});
    byte[] homeless =
        ProviderLogFormat.encode(new ProviderLogFormat.IsAt(providers.get(0).id(), List.of(), NOW));
    byte[] record =
        ProviderLogFormat.encode(
            new ProviderLogFormat.Provides(keys.get(1), providers.get(1).id(), NOW));
    for (byte[] body : List.of(homeless, new byte[] {7}, Arrays.copyOf(record, 20), record)) {
      other.append(other.frame(body), false, all -> {});
    }
    other.close();

    assertThat(reopened(NOW).providers()).containsExactly(providers.get(1).id());
  }

  /** Of so many records, each with an address. */
  private byte[] fileOfRecords(int records) throws IOException {
    write(records, NOW);
    return Files.readAllBytes(file);
  }

  private void write(int records, Instant time) throws IOException {
    ProviderStore store = new ProviderStore(CONFIG);
    ProviderLog log = open(store, NOW);
    for (int i = 0; i < records; i++) {
      store.add(keys.get(i), providers.get(i), time);
    }
    log.close();
  }

  private ProviderStore reopened(Instant now) throws IOException {
    ProviderStore again = new ProviderStore(CONFIG);
    open(again, now).close();
    return again;
  }

  private ProviderLog open(ProviderStore store, Instant now) throws IOException {
    return ProviderLog.open(file, store, self, now);
  }
}
