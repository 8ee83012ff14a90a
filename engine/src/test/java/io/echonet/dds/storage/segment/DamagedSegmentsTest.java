package io.echonet.dds.storage.segment;

import static io.echonet.dds.storage.StorageProviderContract.await;
import static io.echonet.dds.storage.StorageProviderContract.chunk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.storage.StorageException;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.VerifyingStore;
import io.echonet.dds.storage.memory.InMemoryStore;
import io.echonet.dds.storage.memory.InMemoryStoreConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;

/**
 * What happens to the files of a store from outside: each is said, and all else is still there.
 *
 * <p>Each begins with three segments, of chunks 0 to 2, 3 to 5 and 6 to 7.
 */
class DamagedSegmentsTest {
  private static final int CHUNK_BYTES = 1300;
  private static final int RECORD_BYTES = SegmentRecord.bytes(CHUNK_BYTES);
  private static final SegmentStoreConfig CONFIG =
      SegmentStoreConfig.defaults().withSegmentBytes(4200);
  private static final List<Chunk> CHUNKS =
      IntStream.range(0, 8).mapToObj(i -> chunk(i, CHUNK_BYTES)).toList();

  @TempDir static Path filled;
  @TempDir Path folder;

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("io.echonet.dds.storage.segment");
  // Some never open it.
  private StorageProvider store = InMemoryStore.create(InMemoryStoreConfig.defaults());

  @BeforeAll
  static void fill() {
    StorageProvider store = await(SegmentStore.open(filled, CONFIG));
    await(Flux.fromIterable(CHUNKS).concatMap(store::store).then());
    await(store.close());
  }

  @BeforeEach
  void copy() throws IOException {
    log.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(log);
    try (Stream<Path> files = Files.walk(filled)) {
      for (Path file : files.toList()) {
        Files.copy(file, root().resolve(filled.relativize(file).toString()));
      }
    }
  }

  @AfterEach
  void close() {
    logger.detachAppender(log);
    logger.setLevel(null);
    await(store.close());
  }

  private Path root() {
    return folder.resolve("store");
  }

  private Path segment(int number) {
    return new SegmentLayout(root()).segment(number);
  }

  private Path snapshot() {
    return new SegmentLayout(root()).snapshot();
  }

  private void open() {
    log.list.clear();
    store = await(SegmentStore.open(root(), CONFIG));
  }

  /**
   * Those that can be read; asserts that all others are absent, and that new ones can be stored.
   */
  private List<Integer> readable() {
    List<Integer> readable = new ArrayList<>();
    for (int i = 0; i < CHUNKS.size(); i++) {
      Chunk chunk = CHUNKS.get(i);
      if (await(
              store
                  .retrieve(chunk.cid())
                  .map(read -> read.data().equals(chunk.data()))
                  .defaultIfEmpty(false))
          .equals(true)) {
        readable.add(i);
      }
    }
    Chunk another = chunk(100, 50);
    await(store.store(another));
    assertThat(await(store.retrieve(another.cid())).data()).isEqualTo(another.data());
    return readable;
  }

  private List<String> said() {
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private void edit(Path file, UnaryOperator<byte[]> edit) throws IOException {
    Files.write(file, edit.apply(Files.readAllBytes(file)));
  }

  private void flip(Path file, long position) throws IOException {
    edit(
        file,
        bytes -> {
          bytes[(int) position] ^= 1;
          return bytes;
        });
  }

  private static long record(int index) {
    return SegmentHeader.BYTES + (long) index * RECORD_BYTES;
  }

  @Test
  void threeSegmentsAreThere() {
    assertThat(segment(3)).exists();
    assertThat(segment(4)).doesNotExist();
    open();
    assertThat(readable()).hasSize(8);
    assertThat(said()).isEmpty();
  }

  @Test
  void withoutAnIndexAllSegmentsAreRead() throws IOException {
    Files.delete(snapshot());
    open();

    assertThat(said()).singleElement().asString().contains("index is not there or not of use");
    assertThat(readable()).hasSize(8);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 30, 50, 200, -1})
  void anIndexWithABitFlippedIsNotBelieved(int position) throws IOException {
    flip(snapshot(), position < 0 ? Files.size(snapshot()) + position : position);
    open();

    assertThat(said()).singleElement().asString().contains("not of use");
    assertThat(readable()).hasSize(8);
  }

  @Test
  void anIndexThatWasCutShortIsNotBelieved() throws IOException {
    edit(snapshot(), bytes -> Arrays.copyOf(bytes, bytes.length - 48));
    open();

    assertThat(readable()).hasSize(8);
  }

  @Test
  void anOlderIndexIsBroughtUpToDate() throws IOException {
    byte[] old = Files.readAllBytes(snapshot());
    open();
    Chunk later = chunk(50, 300);
    await(store.store(later));
    await(store.delete(CHUNKS.get(0).cid()));
    await(store.close());
    Files.write(snapshot(), old);
    open();

    assertThat(said()).isEmpty();
    assertThat(await(store.has(later.cid()))).isTrue();
    assertThat(readable()).doesNotContain(0).hasSize(7);
  }

  @Test
  void anIndexOfLaterThanTheSegmentsIsNotBelieved() throws IOException {
    byte[] segment = Files.readAllBytes(segment(3));
    open();
    await(store.store(chunk(50, 300)));
    await(store.close());
    Files.write(segment(3), segment);
    open();

    assertThat(said()).anyMatch(line -> line.contains("not of use"));
    assertThat(await(store.has(chunk(50, 300).cid()))).isFalse();
    assertThat(readable()).hasSize(8);
  }

  @Test
  void aMissingSegmentIsNamedAndTheOthersServe() throws IOException {
    Files.delete(segment(2));
    open();

    assertThat(said())
        .singleElement()
        .asString()
        .contains("00000002.segment is missing, and 3 chunks are lost");
    assertThat(readable()).containsExactly(0, 1, 2, 6, 7);
  }

  @Test
  void withoutTheLastSegmentTheOthersServeAndItsNumberIsNoTrap() throws IOException {
    Files.delete(segment(3));
    open();

    assertThat(said()).anyMatch(line -> line.contains("00000003.segment is missing, and 2 chunks"));
    assertThat(readable()).containsExactly(0, 1, 2, 3, 4, 5);
    Files.deleteIfExists(snapshot());
    await(store.close());
    open();
    assertThat(readable()).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(await(store.has(chunk(100, 50).cid()))).isTrue();
  }

  @Test
  void ofASegmentThatWasCutShortTheBeginningServes() throws IOException {
    edit(segment(1), bytes -> Arrays.copyOf(bytes, (int) record(1) + 700));
    open();

    assertThat(said())
        .anyMatch(line -> line.contains("00000001.segment is"))
        .anyMatch(line -> line.contains("is shorter than it was, and 2 chunks are lost"));
    assertThat(readable()).containsExactly(0, 3, 4, 5, 6, 7);
  }

  @Test
  void withoutAnIndexACutSegmentIsNoticedByTheNextOne() throws IOException {
    edit(segment(1), bytes -> Arrays.copyOf(bytes, (int) record(1) + 700));
    Files.delete(snapshot());
    open();

    assertThat(said())
        .anyMatch(line -> line.matches(".*00000001.segment is [0-9]+ bytes shorter.*"));
    assertThat(readable()).containsExactly(0, 3, 4, 5, 6, 7);
  }

  @Test
  void anEmptiedSegmentIsMissing() throws IOException {
    Files.write(segment(1), new byte[0]);
    open();

    assertThat(said()).anyMatch(line -> line.contains("3 chunks are lost"));
    assertThat(readable()).containsExactly(3, 4, 5, 6, 7);
  }

  @Test
  void zeroedPartsAreSkippedAndCounted() throws IOException {
    edit(
        segment(1),
        bytes -> {
          Arrays.fill(bytes, (int) record(1), (int) record(2), (byte) 0);
          return bytes;
        });
    Files.delete(snapshot());
    open();

    assertThat(said())
        .anyMatch(
            line -> line.contains("00000001.segment: " + RECORD_BYTES + " bytes cannot be read"));
    assertThat(readable()).containsExactly(0, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void aZeroedSegmentIsSaidAndTheOthersServe() throws IOException {
    edit(segment(2), bytes -> new byte[bytes.length]);
    Files.delete(snapshot());
    open();

    assertThat(said()).anyMatch(line -> line.contains("beginning of " + segment(2)));
    assertThat(readable()).containsExactly(0, 1, 2, 6, 7);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4, 5, 9, 20, 52})
  void aRecordWhoseHeaderHasABitFlippedIsSkipped(int position) throws IOException {
    flip(segment(1), record(1) + position);
    Files.delete(snapshot());
    open();

    assertThat(readable()).containsExactly(0, 2, 3, 4, 5, 6, 7);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 9, 17, 30})
  void aSegmentWhoseBeginningHasABitFlippedIsReadAllTheSame(int position) throws IOException {
    flip(segment(1), position);
    Files.delete(snapshot());
    open();

    assertThat(said()).anyMatch(line -> line.contains("the beginning of " + segment(1)));
    assertThat(readable()).hasSize(8);
  }

  @Test
  void aChunkWithABitFlippedIsAnErrorOnceAndThenAbsent() throws IOException {
    flip(segment(1), record(1) + SegmentRecord.HEADER_BYTES + 10);
    open();
    Chunk rotten = CHUNKS.get(1);

    assertThatThrownBy(() -> await(store.retrieve(rotten.cid())))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining(root().toString())
        .hasMessageContaining("00000001.segment");
    assertThat(await(store.has(rotten.cid()))).isFalse();
    await(store.store(rotten));
    assertThat(readable()).hasSize(8);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4, 8, 16, 20, 52})
  void aChunkBehindARottenHeaderIsStillReadAsLongAsItsPlaceIsKnown(int position)
      throws IOException {
    flip(segment(1), record(0) + position);
    open();

    assertThat(readable()).hasSize(8);
  }

  /** As somebody might do it, and no disk would. */
  @Test
  void anotherChunkWithARightChecksumIsNoticedByItsHash() throws IOException {
    Chunk other = chunk(90, CHUNKS.get(0).size());
    edit(
        segment(1),
        bytes -> {
          int start = (int) record(0);
          ByteBuffer file = ByteBuffer.wrap(bytes);
          long secret = SegmentHeader.decode(file.duplicate()).secret();
          SegmentRecord record = SegmentRecord.decode(file.duplicate().position(start), secret);
          new SegmentRecord(
                  record.kind(),
                  record.holdings(),
                  record.length(),
                  record.segment(),
                  SegmentRecord.checksum(other),
                  record.cid())
              .encode(file.position(start), secret);
          file.put(other.data());
          return bytes;
        });
    open();

    Cid cid = CHUNKS.get(0).cid();
    assertThat(await(store.retrieve(cid)).data()).isEqualTo(other.data());
    assertThatThrownBy(() -> await(VerifyingStore.of(store).retrieve(cid)))
        .isInstanceOf(IntegrityException.class);
    assertThat(await(store.has(cid))).isFalse();
  }

  @Test
  void aRottenChunkIsNotTakenForTheOneThatIsStoredAnew() throws IOException {
    flip(segment(1), record(1) + SegmentRecord.HEADER_BYTES + 10);
    open();
    await(store.store(CHUNKS.get(1)));

    assertThat(readable()).hasSize(8);
  }

  @Test
  void segmentsThatChangedTheirNamesAreKnownByWhatTheySay() throws IOException {
    Path aside = folder.resolve("aside");
    Files.move(segment(1), aside);
    Files.move(segment(2), segment(1));
    Files.move(aside, segment(7));
    open();

    assertThat(said())
        .anyMatch(line -> line.contains("00000007.segment is segment 1 by another name"))
        .anyMatch(line -> line.contains("00000001.segment is segment 2 by another name"));
    assertThat(readable()).hasSize(8);
  }

  @Test
  void aCopyOfASegmentIsLeftAlone() throws IOException {
    Files.copy(segment(1), segment(9));
    open();

    assertThat(said()).anyMatch(line -> line.contains("00000009.segment is a copy of segment 1"));
    assertThat(readable()).hasSize(8);
    assertThat(segment(9)).exists();
  }

  @Test
  void aSegmentOfAnotherStoreIsLeftAlone() throws IOException {
    Path other = folder.resolve("other");
    StorageProvider second = await(SegmentStore.open(other, CONFIG));
    await(second.store(chunk(70, 500)));
    await(second.close());
    Files.copy(
        new SegmentLayout(other).segment(1), segment(2), StandardCopyOption.REPLACE_EXISTING);
    open();

    assertThat(said()).anyMatch(line -> line.contains("00000002.segment is of another store"));
    assertThat(await(store.has(chunk(70, 500).cid()))).isFalse();
    assertThat(readable()).containsExactly(0, 1, 2, 6, 7);
  }

  @Test
  void partsOfASegmentInAnotherOrderAreStillThere() throws IOException {
    edit(
        segment(1),
        bytes -> {
          byte[] swapped = bytes.clone();
          System.arraycopy(bytes, (int) record(0), swapped, (int) record(2), RECORD_BYTES);
          System.arraycopy(bytes, (int) record(2), swapped, (int) record(0), RECORD_BYTES);
          return swapped;
        });
    Files.delete(snapshot());
    open();

    assertThat(readable()).hasSize(8);
  }

  @Test
  void foreignFilesAreLeftAloneAndNamed() throws IOException {
    Path notes = Files.writeString(root().resolve("notes.txt"), "mine");
    Path other = Files.writeString(segment(1).resolveSibling("1.segment.bak"), "mine");
    open();

    assertThat(said()).singleElement().asString().contains("not the store's").contains("notes.txt");
    assertThat(readable()).hasSize(8);
    assertThat(notes).exists();
    assertThat(other).exists();
  }

  @Test
  void withoutItsFormatFileTheStoreIsKnownByItsSegments() throws IOException {
    Files.delete(new SegmentLayout(root()).format());
    open();

    assertThat(readable()).hasSize(8);
    assertThat(new SegmentLayout(root()).format()).exists();
  }

  @Test
  void aDamagedFormatFileIsWrittenAnew() throws IOException {
    Files.write(new SegmentLayout(root()).format(), new byte[20]);
    open();

    assertThat(readable()).hasSize(8);
  }

  @Test
  void aStoreOfALaterVersionIsRefused() throws IOException {
    Files.writeString(new SegmentLayout(root()).format(), "dds segment store 2, and more");

    assertThatThrownBy(() -> await(SegmentStore.open(root(), CONFIG)))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("is of version 2, and this program knows none later than 1");
  }

  @Test
  void whereNothingTellsTheSecretTheStoreIsRefusedAndNotOverwritten() throws IOException {
    Files.delete(new SegmentLayout(root()).format());
    for (int number = 1; number <= 3; number++) {
      flip(segment(number), 17);
    }

    assertThatThrownBy(() -> await(SegmentStore.open(root(), CONFIG)))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("format and the beginnings of all segments are damaged");
  }

  @Test
  void whatACrashLeftAtTheEndIsCut() throws IOException {
    long size = Files.size(segment(3));
    edit(segment(3), bytes -> Arrays.copyOf(bytes, bytes.length + 1000));
    open();

    assertThat(Files.size(segment(3))).isEqualTo(size);
    assertThat(said()).singleElement().asString().contains("cut 1000 bytes");
    assertThat(readable()).hasSize(8);
  }

  @Test
  void aRecordThatSomeoneStoredAsContentIsNeverTakenForOne() throws IOException {
    Chunk forged = chunk(80, 100);
    ByteBuffer content = ByteBuffer.allocate(SegmentRecord.bytes(100) + 16);
    content.putLong(0);
    new SegmentRecord(SegmentRecord.Kind.CHUNK, 1, 100, 0, 0, forged.cid()).encode(content, 7);
    content.put(forged.data());
    open();
    await(store.store(Chunk.of(content.array())));
    await(store.close());
    // What surrounds it can no longer be read, so something that can is looked for.
    flip(segment(3), Files.size(segment(3)) - SegmentRecord.bytes(content.capacity()));
    Files.delete(snapshot());
    open();

    assertThat(await(store.has(forged.cid()))).isFalse();
    assertThat(readable()).hasSize(8);
  }
}
