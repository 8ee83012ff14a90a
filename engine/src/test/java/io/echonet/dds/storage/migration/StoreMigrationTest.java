package io.echonet.dds.storage.migration;

import static io.echonet.dds.storage.StorageProviderContract.TIMEOUT;
import static io.echonet.dds.storage.StorageProviderContract.await;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.storage.Holding;
import io.echonet.dds.storage.StorageException;
import io.echonet.dds.storage.StorageFullException;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.StorageProviderContract;
import io.echonet.dds.storage.StorageUsage;
import io.echonet.dds.storage.StoredChunk;
import io.echonet.dds.storage.disk.Disk;
import io.echonet.dds.storage.disk.StoreLock;
import io.echonet.dds.storage.segment.SegmentStore;
import io.echonet.dds.storage.segment.SegmentStoreConfig;
import io.echonet.dds.transport.testing.Await;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

class StoreMigrationTest {
  /** More than are copied at once. */
  private static final int CHUNKS = 80;

  private static final int LENGTH = 100;

  @TempDir private Path data;
  private Path folder;
  private Path beside;

  @BeforeEach
  void name() {
    folder = data.resolve("chunks");
    beside = data.resolve("chunks.migration");
  }

  /** Remembers what it was told, and breaks the move off when so many bytes are done. */
  private static final class Told implements Watcher {
    private final long until;
    private final List<Cid> rotten = new ArrayList<>();
    private long reached;
    private long all;

    Told(long until) {
      this.until = until;
    }

    Told() {
      this(Long.MAX_VALUE);
    }

    @Override
    public void reached(long bytes, long allBytes) {
      reached = bytes;
      all = allBytes;
      if (bytes >= until) {
        throw new IllegalStateException("broken off");
      }
    }

    @Override
    public void foundRotten(Cid cid, String reason) {
      assertThat(reason).contains(cid.toString());
      rotten.add(cid);
    }
  }

  private static List<Chunk> chunks(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> StorageProviderContract.chunk(i, LENGTH))
        .toList();
  }

  private static Set<Holding> reasonsOf(int i) {
    return switch (i % 3) {
      case 0 -> Set.of(Holding.OWN);
      case 1 -> Set.of(Holding.FOR_OTHERS);
      default -> Set.of(Holding.OWN, Holding.FOR_OTHERS);
    };
  }

  private void fill(StoreKind kind, int count) {
    StorageProvider store = await(StoreKind.open(folder, kind, StorageUsage.UNLIMITED));
    List<Chunk> chunks = chunks(count);
    for (Holding holding : Holding.values()) {
      List<Chunk> held =
          IntStream.range(0, count)
              .filter(i -> reasonsOf(i).contains(holding))
              .mapToObj(chunks::get)
              .toList();
      store.storeAll(Flux.fromIterable(held), holding).block(TIMEOUT);
    }
    store.close().block(TIMEOUT);
  }

  private void assertHeld(StoreKind kind, int count) {
    assertThat(StoreKind.of(folder)).contains(kind);
    StorageProvider store = await(StoreKind.open(folder, kind, StorageUsage.UNLIMITED));
    try {
      List<StoredChunk> expected = new ArrayList<>();
      for (Chunk chunk : chunks(count)) {
        expected.add(new StoredChunk(chunk.cid(), LENGTH, reasonsOf(expected.size())));
        assertThat(await(store.retrieve(chunk.cid())).data()).isEqualTo(chunk.data());
      }
      assertThat(await(store.stored().collectList())).containsExactlyInAnyOrderElementsOf(expected);
    } finally {
      store.close().block(TIMEOUT);
    }
  }

  private Migrated migrate(StoreKind to) {
    return await(StoreMigration.run(folder, to, new Told()));
  }

  private void breakOff(StoreKind to, long bytes) {
    assertThatThrownBy(() -> await(StoreMigration.run(folder, to, new Told(bytes))))
        .hasMessageContaining("broken off");
  }

  @ParameterizedTest
  @EnumSource
  void allThatIsHeldAndWhyIsMoved(StoreKind from) throws IOException {
    fill(from, CHUNKS);
    Told told = new Told();

    Migrated migrated = await(StoreMigration.run(folder, from.other(), told));

    assertThat(migrated.outcome()).isEqualTo(Migrated.Outcome.MOVED);
    assertThat(migrated.from()).isEqualTo(from);
    assertThat(migrated.chunks()).isEqualTo(CHUNKS);
    assertThat(migrated.bytes()).isEqualTo(CHUNKS * LENGTH);
    assertThat(migrated.rotten()).isZero();
    assertThat(told.reached).isEqualTo(told.all).isEqualTo(2 * CHUNKS * LENGTH);
    assertHeld(from.other(), CHUNKS);
    try (Stream<Path> left = Files.list(data)) {
      assertThat(left).containsExactly(folder);
    }
  }

  @Test
  void anEmptyStoreIsMovedToo() {
    fill(StoreKind.FILE, 0);

    assertThat(migrate(StoreKind.SEGMENT).outcome()).isEqualTo(Migrated.Outcome.MOVED);

    assertHeld(StoreKind.SEGMENT, 0);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsThatKindAlreadyStaysAsItIs(StoreKind kind) {
    fill(kind, 3);

    assertThat(migrate(kind).outcome()).isEqualTo(Migrated.Outcome.UNCHANGED);

    assertHeld(kind, 3);
    assertThat(beside).doesNotExist();
  }

  @Test
  void whereThereIsNoStoreNothingIsMade() {
    assertThatThrownBy(() -> migrate(StoreKind.SEGMENT))
        .isInstanceOf(StorageException.class)
        .hasMessage("there is no store in " + folder);

    assertThat(data).isEmptyDirectory();
  }

  @ParameterizedTest
  @EnumSource
  void theNextAttemptGoesOnWhereOneBrokeOff(StoreKind from) throws IOException {
    fill(from, CHUNKS);
    breakOff(from.other(), 1);
    Path segment = beside.resolve("store/segments/00000001.segment");
    boolean toSegments = from == StoreKind.FILE;
    long copied = toSegments ? Files.size(segment) : 0;
    List<Path> files = toSegments ? List.of() : filesIn(beside.resolve("store/chunks"));
    List<Object> keys = new ArrayList<>();
    for (Path file : files) {
      keys.add(Files.readAttributes(file, "unix:ino").get("ino"));
    }
    assertThat(toSegments ? copied : files.size()).isPositive();

    migrate(from.other());

    assertHeld(from.other(), CHUNKS);
    for (int i = 0; i < files.size(); i++) {
      Path moved = folder.resolve(beside.resolve("store").relativize(files.get(i)));
      assertThat(Files.readAttributes(moved, "unix:ino").get("ino")).isEqualTo(keys.get(i));
    }
    if (toSegments) {
      // Each chunk once.
      assertThat(Files.size(folder.resolve("segments/00000001.segment")))
          .isLessThan(copied + (CHUNKS - 64) * 300L);
    }
  }

  private static List<Path> filesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  /** A disk whose step of that number, and all after it, fail: as good as a kill before it. */
  private static final class BreakingDisk extends Disk {
    private final int last;
    private int steps;

    BreakingDisk(int last) {
      this.last = last;
    }

    private void step() throws IOException {
      if (++steps > last) {
        throw new IOException("broken off");
      }
    }

    @Override
    public void writeNew(Path file, ByteBuffer bytes) throws IOException {
      step();
      super.writeNew(file, bytes);
    }

    @Override
    public void rename(Path file, Path target) throws IOException {
      step();
      super.rename(file, target);
    }

    @Override
    public void delete(Path file) throws IOException {
      step();
      super.delete(file);
    }
  }

  /** And what is not the store's is kept. */
  @ParameterizedTest
  @EnumSource
  void whateverStepIsTheLastNothingIsLostAndNobodyIsGivenAnEmptyStore(StoreKind from)
      throws IOException {
    fill(from, 3);
    List<String> notes = new ArrayList<>();
    for (boolean over = false; !over; ) {
      StoreKind to = StoreKind.of(folder).orElseThrow().other();
      BreakingDisk disk = new BreakingDisk(notes.size());
      Path below = to == StoreKind.SEGMENT ? folder.resolve("chunks/00") : folder;
      notes.add(String.valueOf(notes.size()));
      Files.writeString(
          Files.createDirectories(below).resolve("notes"), notes.get(notes.size() - 1));
      try {
        await(StoreMigration.run(folder, to, new Told(), disk));
        over = true;
      } catch (StorageException e) {
        assertThat(e).hasMessageContaining("broken off");
        assertRefusedOrHeld(3);
        migrate(to);
      }
      assertHeld(to, 3);
      assertThat(beside).doesNotExist();
    }
    List<String> kept = new ArrayList<>();
    for (Path file : filesIn(data)) {
      if (file.endsWith("notes")) {
        assertThat(data.relativize(file).toString()).startsWith("chunks.left");
        kept.add(Files.readString(file));
      }
    }
    assertThat(kept).containsExactlyInAnyOrderElementsOf(notes);
  }

  private void assertRefusedOrHeld(int count) {
    try {
      StoreKind.open(folder, StoreKind.FILE, 1000)
          .flatMap(store -> store.usage().delayUntil(end -> store.close()))
          .doOnNext(usage -> assertThat(usage.chunks()).isEqualTo(count))
          .block(TIMEOUT);
    } catch (StorageException e) {
      assertThat(e).hasMessageContaining("'dds store migrate --to ");
    }
  }

  @Test
  void aStoreThatIsBeingMovedIsNotOpened() {
    fill(StoreKind.FILE, CHUNKS);
    breakOff(StoreKind.SEGMENT, 1);

    for (StoreKind kind : StoreKind.values()) {
      assertThatThrownBy(() -> await(StoreKind.open(folder, kind, 1000)))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("is being moved to a segment store")
          .hasMessageContaining("--to segment' goes on");
    }
  }

  @Test
  void aMoveThatBrokeOffIsGivenUpByAskingForTheOldKind() {
    fill(StoreKind.FILE, CHUNKS);
    breakOff(StoreKind.SEGMENT, 1);

    assertThat(migrate(StoreKind.FILE).outcome()).isEqualTo(Migrated.Outcome.GIVEN_UP);

    assertHeld(StoreKind.FILE, CHUNKS);
    assertThat(beside).doesNotExist();
  }

  @Test
  void whatTheOldStoreHasLostMeanwhileIsNotBroughtBack() throws IOException {
    fill(StoreKind.FILE, CHUNKS);
    breakOff(StoreKind.SEGMENT, CHUNKS * LENGTH);
    Files.delete(file(chunks(CHUNKS).get(CHUNKS - 1)));

    migrate(StoreKind.SEGMENT);

    assertHeld(StoreKind.SEGMENT, CHUNKS - 1);
  }

  private static String name(Chunk chunk) {
    return HexFormat.of().formatHex(chunk.cid().digest());
  }

  private Path file(Chunk chunk) throws IOException {
    String name = name(chunk);
    return folder.resolve("chunks").resolve(name.substring(0, 2)).resolve(name);
  }

  @Test
  void whatHasRottedIsSaidAndCountedAndNotMoved() throws IOException {
    fill(StoreKind.FILE, CHUNKS);
    Chunk rotten = chunks(CHUNKS).get(CHUNKS - 1);
    Files.write(file(rotten), new byte[LENGTH]);
    Told told = new Told(CHUNKS * LENGTH);
    assertThatThrownBy(() -> await(StoreMigration.run(folder, StoreKind.SEGMENT, told)))
        .hasMessageContaining("broken off");
    assertThat(told.rotten).containsExactly(rotten.cid());

    Migrated migrated = migrate(StoreKind.SEGMENT);

    assertThat(migrated.rotten()).isOne();
    assertThat(migrated.chunks()).isEqualTo(CHUNKS - 1);
    Path kept = migrated.left().orElseThrow();
    assertThat(kept).isEqualTo(data.resolve("chunks.left"));
    assertThat(filesIn(kept)).containsExactly(kept.resolve("quarantine").resolve(name(rotten)));
    assertThat(filesIn(kept).get(0)).hasBinaryContent(new byte[LENGTH]);
    assertHeld(StoreKind.SEGMENT, CHUNKS - 1);
  }

  @Test
  void whatHasRottedInASegmentIsNotMovedEither() throws IOException {
    fill(StoreKind.SEGMENT, CHUNKS);
    Path segment = folder.resolve("segments/00000001.segment");
    byte[] bytes = Files.readAllBytes(segment);
    byte[] lastChunk = new byte[LENGTH];
    Chunk last = chunks(CHUNKS).get(CHUNKS - 1);
    last.data().get(lastChunk);
    int at = new String(bytes, ISO_8859_1).indexOf(new String(lastChunk, ISO_8859_1));
    bytes[at] ^= 1;
    Files.write(segment, bytes);
    Told told = new Told();

    Migrated migrated = await(StoreMigration.run(folder, StoreKind.FILE, told));

    assertThat(told.rotten).containsExactly(last.cid());
    assertThat(migrated.rotten()).isOne();
    assertHeld(StoreKind.FILE, CHUNKS - 1);
  }

  @Test
  void aCopyThatCannotBeReadAgainIsMadeAgain() throws IOException {
    fill(StoreKind.SEGMENT, CHUNKS);
    breakOff(StoreKind.FILE, CHUNKS * LENGTH);
    Path copy = filesIn(beside.resolve("store/chunks")).get(7);
    Files.write(copy, new byte[LENGTH]);

    assertThatThrownBy(() -> migrate(StoreKind.FILE))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("run this again");
    assertThat(StoreKind.of(folder)).contains(StoreKind.SEGMENT);
    migrate(StoreKind.FILE);

    assertHeld(StoreKind.FILE, CHUNKS);
  }

  @Test
  void aStoreInUseIsLeftAlone() throws IOException {
    fill(StoreKind.FILE, 3);
    StorageProvider user = await(StoreKind.open(folder, StoreKind.FILE, 1000));

    assertThatThrownBy(() -> migrate(StoreKind.SEGMENT)).hasMessageContaining("already open");

    assertThat(await(user.usage()).chunks()).isEqualTo(3);
    user.close().block(TIMEOUT);
    assertHeld(StoreKind.FILE, 3);
  }

  @Test
  void oneMovesAStoreAtATime() throws IOException {
    fill(StoreKind.FILE, 3);
    StoreLock lock = MigrationFolder.beside(folder, new Disk()).lock();

    assertThatThrownBy(() -> migrate(StoreKind.SEGMENT)).hasMessageContaining("already open");

    lock.release();
    migrate(StoreKind.SEGMENT);
    assertHeld(StoreKind.SEGMENT, 3);
  }

  @Test
  void aStoreThatCannotBeReadInFullIsNotMoved() throws IOException {
    fill(StoreKind.SEGMENT, 3);
    Path segment = folder.resolve("segments/00000001.segment");
    Path away = Files.move(segment, data.resolve("away"));
    Files.createDirectory(segment);

    assertThatThrownBy(() -> migrate(StoreKind.FILE))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("cannot open the store")
        .hasMessageContaining(segment + " cannot be read");

    assertThat(beside).doesNotExist();
    Files.delete(segment);
    Files.move(away, segment);
    assertHeld(StoreKind.SEGMENT, 3);
  }

  @Test
  void aSegmentThatIsDamagedIsKeptAndCanStillBeOpened() throws IOException {
    SegmentStoreConfig small = SegmentStoreConfig.defaults().withSegmentBytes(64 * 1024);
    List<Chunk> chunks = chunks(300);
    StorageProvider store = await(SegmentStore.open(folder, small));
    store.storeAll(Flux.fromIterable(chunks)).block(TIMEOUT);
    store.close().block(TIMEOUT);
    Path segment = folder.resolve("segments/00000001.segment");
    byte[] bytes = Files.readAllBytes(segment);
    // The header of the first record, and with it what says that there is a chunk at all.
    bytes[64 + 9] ^= 1;
    Files.write(segment, bytes);

    Migrated migrated = migrate(StoreKind.FILE);

    assertThat(migrated.chunks()).isEqualTo(chunks.size());
    Path left = migrated.left().orElseThrow();
    assertThat(left).isEqualTo(data.resolve("chunks.left"));
    assertThat(filesIn(left.resolve("segments")))
        .containsExactly(left.resolve("segments/00000001.segment"));
    assertThat(StoreKind.of(left)).contains(StoreKind.SEGMENT);
    StorageProvider rest = await(StoreKind.open(left, StoreKind.SEGMENT, StorageUsage.UNLIMITED));
    assertThat(await(rest.usage()).chunks()).isBetween(100L, 299L);
    rest.close().block(TIMEOUT);
  }

  @Test
  void aFolderThatCannotBeReplacedStaysAsItWasAndTheMoveCanBeGivenUp() {
    fill(StoreKind.FILE, 3);
    Disk disk =
        new Disk() {
          @Override
          public void rename(Path file, Path target) throws IOException {
            if (file.equals(folder)) {
              throw new IOException("Device or resource busy");
            }
            super.rename(file, target);
          }
        };

    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(
              () -> await(StoreMigration.run(folder, StoreKind.SEGMENT, new Told(), disk)))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("Device or resource busy; nothing is lost")
          .hasMessageContaining("give it up by --to file");
    }

    assertThat(migrate(StoreKind.FILE).outcome()).isEqualTo(Migrated.Outcome.GIVEN_UP);
    assertHeld(StoreKind.FILE, 3);
    assertThat(beside).doesNotExist();
  }

  @Test
  void aFileSystemOfItsOwnIsNotReplaceable() throws IOException {
    assertThatThrownBy(
            () -> MigrationFolder.beside(Path.of("/proc"), new Disk()).checkReplaceable())
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("/proc is a file system of its own");

    MigrationFolder.beside(Files.createDirectory(folder), new Disk()).checkReplaceable();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whereTheFolderIsALinkTheStoreStaysBehindIt(boolean absolute) throws IOException {
    Path elsewhere = Files.createDirectories(data.resolve("disk/real"));
    Files.createSymbolicLink(folder, absolute ? elsewhere : Path.of("disk/real"));
    fill(StoreKind.FILE, 3);
    Disk disk =
        new Disk() {
          @Override
          public void rename(Path file, Path target) throws IOException {
            if (file.endsWith("store")) {
              throw new IOException("broken off");
            }
            super.rename(file, target);
          }
        };
    assertThatThrownBy(() -> await(StoreMigration.run(folder, StoreKind.SEGMENT, new Told(), disk)))
        .hasMessageContaining("broken off");
    // The link leads nowhere now.
    assertThat(elsewhere).doesNotExist();
    assertThatThrownBy(() -> await(StoreKind.open(folder, StoreKind.FILE, 1000)))
        .hasMessageContaining("is being moved to a segment store");

    migrate(StoreKind.SEGMENT);

    assertThat(folder).isSymbolicLink();
    assertHeld(StoreKind.SEGMENT, 3);
    try (Stream<Path> names = Stream.concat(Files.list(data), Files.list(elsewhere.getParent()))) {
      assertThat(names).containsExactlyInAnyOrder(folder, elsewhere.getParent(), elsewhere);
    }
  }

  @Test
  void whereItCannotBeToldWhetherAMoveHasBegunTheStoreIsNotOpened() throws IOException {
    fill(StoreKind.FILE, 3);
    Files.createFile(beside);

    assertThatThrownBy(() -> await(StoreKind.open(folder, StoreKind.FILE, 1000)))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("cannot open the store");
    assertThatThrownBy(() -> migrate(StoreKind.SEGMENT)).isInstanceOf(StorageException.class);

    Files.delete(beside);
    assertHeld(StoreKind.FILE, 3);
  }

  @Test
  void whoeverCancelsKeepsTheLockUntilTheStepThatHasBegunIsOver() throws Exception {
    fill(StoreKind.FILE, 3);
    CountDownLatch renames = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Disk disk =
        new Disk() {
          @Override
          public void rename(Path file, Path target) throws IOException {
            if (file.equals(folder)) {
              renames.countDown();
              try {
                goOn.await();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
            }
            super.rename(file, target);
          }
        };
    Disposable move = StoreMigration.run(folder, StoreKind.SEGMENT, new Told(), disk).subscribe();
    assertThat(renames.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();

    move.dispose();

    assertThatThrownBy(() -> migrate(StoreKind.SEGMENT)).hasMessageContaining("already open");
    goOn.countDown();
    Await.until("the lock is given back", () -> isFree());
    migrate(StoreKind.SEGMENT);
    assertHeld(StoreKind.SEGMENT, 3);
  }

  private boolean isFree() {
    try {
      MigrationFolder.beside(folder, new Disk()).lock().release();
      return true;
    } catch (IOException | StorageException e) {
      return false;
    }
  }

  @Test
  void whatLacksInTheCopyMustHaveRoom() {
    StorageUsage all = new StorageUsage(10, 1_000_000, StorageUsage.UNLIMITED, 0);
    long needed = 400_000 + 4L * StoreKind.FILE.overheadBytes();

    StoreCopy.checkRoom(all, new StorageUsage(6, 600_000, 0, needed), StoreKind.FILE);

    assertThatThrownBy(
            () ->
                StoreCopy.checkRoom(
                    all, new StorageUsage(6, 600_000, 0, needed - 1), StoreKind.FILE))
        .isInstanceOf(StorageFullException.class)
        .hasMessage("the disk has room for 416,383 bytes, and 416,384 are needed");
  }
}
