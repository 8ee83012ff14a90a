package io.echonet.dds.storage.filestore;

import static io.echonet.dds.storage.StorageProviderContract.await;
import static io.echonet.dds.storage.StorageProviderContract.chunk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.storage.Holding;
import io.echonet.dds.storage.StorageException;
import io.echonet.dds.storage.StorageFullException;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.StorageProviderContract;
import io.echonet.dds.storage.StoredChunk;
import io.echonet.dds.storage.filestore.FaultyDisk.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class FileStoreTest implements StorageProviderContract {
  @TempDir Path folder;

  private final FaultyDisk disk = new FaultyDisk();
  private StorageProvider store;

  @BeforeEach
  void open() {
    store = open(FileStoreConfig.defaults());
  }

  @AfterEach
  void close() {
    disk.fault = (step, file) -> {};
    await(store.close());
  }

  private StorageProvider open(FileStoreConfig config) {
    return await(FileStore.open(folder.resolve("store"), config, disk));
  }

  private void reopen(FileStoreConfig config) {
    await(store.close());
    store = open(config);
  }

  @Override
  public StorageProvider store() {
    return store;
  }

  @Test
  void whatWasStoredIsThereAfterReopening() {
    Chunk chunk = chunk(1, Chunk.MAX_BYTES);
    await(store.store(chunk));
    reopen(FileStoreConfig.defaults());

    assertThat(await(store.retrieve(chunk.cid())).data()).isEqualTo(chunk.data());
  }

  @Test
  void whyAChunkIsHeldSurvivesReopening() {
    Chunk promised = chunk(1, 1000);
    Chunk published = chunk(2, 500);
    await(store.store(promised, Holding.FOR_OTHERS));
    await(store.store(published));
    await(store.store(published, Holding.FOR_OTHERS));
    reopen(FileStoreConfig.defaults());

    assertThat(await(store.stored().collectList()))
        .containsExactlyInAnyOrder(
            new StoredChunk(promised.cid(), 1000, Set.of(Holding.FOR_OTHERS)),
            new StoredChunk(published.cid(), 500, Set.of(Holding.values())));
  }

  @Test
  void whyAChunkIsHeldIsDurableBeforeItsName() {
    disk.done.clear();
    await(store.store(chunk(1, 1000), Holding.FOR_OTHERS));

    String name = HexFormat.of().formatHex(chunk(1, 1000).cid().digest());
    assertThat(disk.done)
        .containsSubsequence(
            "SYNC_FOLDER holdings",
            "SYNC_FOLDER " + name.substring(0, 2),
            "RENAME " + name,
            "SYNC_FOLDER " + name.substring(0, 2));
  }

  @Test
  void aFileIsNamedByItsDigestInLowerCaseHex() {
    await(store.store(Chunk.of(new byte[0])));

    assertThat(
            root()
                .resolve(
                    "chunks/e3/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"))
        .isEmptyFile();
  }

  @Test
  void whatANameLeadsToIsDurableBeforeTheName() {
    Chunk chunk = chunk(2, 1000);
    String name = hex(chunk);
    disk.done.clear();
    await(store.store(chunk));

    assertThat(disk.done)
        .containsExactly(
            "WRITE " + name + ".1.tmp",
            "SYNC_FOLDER chunks",
            "RENAME " + name,
            "SYNC_FOLDER " + name.substring(0, 2));
  }

  @Test
  void oneHeldAlreadyIsNotWrittenAgainButItsFolderIsSyncedOnceAProcess() {
    Chunk chunk = chunk(3, 1000);
    await(store.store(chunk));
    reopen(FileStoreConfig.defaults());
    disk.done.clear();
    await(store.store(chunk));
    await(store.store(chunk));

    assertThat(disk.done)
        .filteredOn(step -> !step.startsWith("READ"))
        .containsExactly("SYNC_FOLDER chunks", "SYNC_FOLDER " + hex(chunk).substring(0, 2));
  }

  @Test
  void aRottenFileIsNotTakenForTheChunkThatIsStoredAnew() throws IOException {
    Chunk chunk = chunk(8, 100_000);
    await(store.store(chunk));
    byte[] rotten = bytes(chunk);
    rotten[99_999] ^= 1;
    Files.write(file(chunk), rotten);

    await(store.store(chunk));

    assertThat(file(chunk)).hasBinaryContent(bytes(chunk));
  }

  @Test
  void oneThatIsBeingStoredIsWrittenOnceForAllWhoStoreIt() throws Exception {
    Chunk chunk = chunk(4, 1000);
    Gate gate = gateAt(Step.WRITE);
    disk.done.clear();
    CompletableFuture<?> all =
        Flux.range(0, 20).flatMap(i -> store.store(chunk), 20).then().toFuture();
    gate.open();
    all.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);

    assertThat(disk.done).filteredOn(step -> step.startsWith("WRITE")).hasSize(1);
  }

  @Test
  void allWhoStoreOneChunkLearnOfItsFailureAndMayTryAgain() {
    Chunk chunk = chunk(5, 1000);
    Gate gate = gateAt(Step.WRITE);
    disk.fault =
        (step, file) -> {
          gate.before(step, file);
          if (step == Step.WRITE) {
            throw new IOException("input/output error");
          }
        };
    List<CompletableFuture<Void>> all =
        Stream.generate(() -> store.store(chunk).toFuture()).limit(3).toList();
    gate.open();

    assertThat(all)
        .allSatisfy(
            end ->
                assertThat(end)
                    .failsWithin(TIMEOUT)
                    .withThrowableThat()
                    .withCauseInstanceOf(StorageException.class));
    disk.fault = (step, file) -> {};
    await(store.store(chunk));
    assertThat(await(store.has(chunk.cid()))).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"WRITE", "RENAME", "SYNC_FOLDER"})
  void nothingStaysOfAStoreThatFailed(Step step) throws IOException {
    reopen(FileStoreConfig.defaults().withMaxBytes(1000));
    Chunk chunk = chunk(6, 1000);
    fail(step, "input/output error");

    StepVerifier.create(store.store(chunk))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(StorageException.class)
                    .isNotInstanceOf(StorageFullException.class)
                    .hasMessageStartingWith(root().toString())
                    .hasMessageContaining(chunk.cid().toString())
                    .hasMessageContaining("input/output error"))
        .verify(TIMEOUT);
    disk.fault = (s, file) -> {};

    assertThat(await(store.has(chunk.cid()))).isFalse();
    assertThat(files()).containsExactly(root().resolve("lock"));
    await(store.store(chunk));
    assertThat(await(store.retrieve(chunk.cid())).size()).isEqualTo(1000);
  }

  @Test
  void aDiskThatIsFullIsReportedAsSuch() {
    fail(Step.WRITE, "No space left on device");

    StepVerifier.create(store.store(chunk(7, 1000)))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(StorageFullException.class)
                    .hasMessageStartingWith(root() + " is full"))
        .verify(TIMEOUT);
  }

  @Test
  void leftoversOfACrashAreSweptAtStart() throws IOException {
    await(store.close());
    Path leftover = root().resolve("tmp/" + "ab".repeat(32) + ".7.tmp");
    Files.write(leftover, new byte[100]);
    Path foreign = Files.writeString(root().resolve("tmp/notes.txt"), "mine");
    store = open(FileStoreConfig.defaults());

    assertThat(leftover).doesNotExist();
    assertThat(foreign).exists();
  }

  @Test
  void filesThatAreNotTheStoresAreIgnoredAndReportedOnce() throws IOException {
    Chunk chunk = chunk(8, 10);
    await(store.store(chunk));
    Path chunkFolder = root().resolve("chunks").resolve(hex(chunk).substring(0, 2));
    List<Path> foreign =
        List.of(
            chunkFolder.resolve("README"),
            chunkFolder.resolve("00".repeat(32)),
            chunkFolder.resolve(hex(chunk).toUpperCase(Locale.ROOT)),
            root().resolve("chunks/thumbs.db"));
    for (Path file : foreign) {
      Files.writeString(file, "mine");
    }
    Files.writeString(root().resolve("notes.txt"), "mine");
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(ChunkFiles.class);
    log.start();
    logger.addAppender(log);
    try {
      reopen(FileStoreConfig.defaults().withMaxBytes(1000));
      for (int i = 0; i < 2; i++) {
        assertThat(await(store.storedCids().collectList())).containsExactly(chunk.cid());
      }
    } finally {
      logger.detachAppender(log);
    }

    assertThat(foreign).allMatch(Files::exists);
    assertThat(log.list)
        .singleElement()
        .extracting(ILoggingEvent::getFormattedMessage)
        .asString()
        .startsWith(root() + " holds files that are not the store's, such as ");
  }

  @Test
  void aFileThatRottedIsSetAsideSoThatItCanBeFetchedAnew() throws IOException {
    Chunk chunk = chunk(9, 100_000);
    byte[] flipped = bytes(chunk);
    flipped[50_000] ^= 1;
    for (byte[] rotten :
        List.of(
            flipped,
            Arrays.copyOf(bytes(chunk), 99_999),
            Arrays.copyOf(bytes(chunk), 100_001),
            new byte[0],
            new byte[5_000_000])) {
      await(store.store(chunk));
      Files.write(file(chunk), rotten);

      StepVerifier.create(store.retrieve(chunk.cid()))
          .expectErrorSatisfies(
              error ->
                  assertThat(error)
                      .isInstanceOf(IntegrityException.class)
                      .hasMessageContaining(root().toString())
                      .hasMessageContaining(chunk.cid().toString()))
          .verify(TIMEOUT);

      assertThat(await(store.has(chunk.cid()))).isFalse();
      StepVerifier.create(store.retrieve(chunk.cid())).expectComplete().verify(TIMEOUT);
      assertThat(root().resolve("quarantine").resolve(hex(chunk))).hasBinaryContent(rotten);
    }
  }

  @Test
  void aFileOfAnotherLengthIsReplacedByAStore() throws IOException {
    Chunk chunk = chunk(10, 1000);
    reopen(FileStoreConfig.defaults().withMaxBytes(3000));
    await(store.store(chunk));
    await(store.close());
    Files.write(file(chunk), new byte[2000]);
    store = open(FileStoreConfig.defaults().withMaxBytes(3000));
    await(store.store(chunk));

    assertThat(await(store.retrieve(chunk.cid())).data()).isEqualTo(chunk.data());
    await(store.store(chunk(11, 2000)));
  }

  @Test
  void aGoodCopyThatTookThePlaceOfARottenOneStays() throws IOException {
    Chunk chunk = chunk(12, 1000);
    await(store.store(chunk));
    Files.write(file(chunk), new byte[1000]);
    AtomicInteger reads = new AtomicInteger();
    disk.fault =
        (step, file) -> {
          if (step == Step.READ && reads.incrementAndGet() == 2) {
            // Stored anew between finding the file rotten and setting it aside.
            Files.write(file, bytes(chunk));
          }
        };

    StepVerifier.create(store.retrieve(chunk.cid()))
        .expectError(IntegrityException.class)
        .verify(TIMEOUT);
    assertThat(await(store.retrieve(chunk.cid())).data()).isEqualTo(chunk.data());
  }

  @Test
  void noMoreThanItsBoundIsSetAside() throws IOException {
    reopen(FileStoreConfig.defaults().withMaxQuarantined(2));
    for (int i = 0; i < 4; i++) {
      Chunk chunk = chunk(i, 100);
      await(store.store(chunk));
      Files.write(file(chunk), new byte[100]);
      StepVerifier.create(store.retrieve(chunk.cid()))
          .expectError(IntegrityException.class)
          .verify(TIMEOUT);
      assertThat(await(store.has(chunk.cid()))).isFalse();
    }

    try (Stream<Path> aside = Files.list(root().resolve("quarantine"))) {
      assertThat(aside).hasSize(2);
    }
  }

  @Test
  void theQuotaIsKeptAcrossReopening() throws IOException {
    FileStoreConfig config = FileStoreConfig.defaults().withMaxBytes(1000);
    reopen(config);
    Chunk first = chunk(13, 600);
    Chunk second = chunk(14, 400);
    await(store.store(first));
    assertFull(chunk(15, 401));
    reopen(config);
    assertFull(chunk(15, 401));
    await(store.store(second));
    await(store.store(first));
    assertFull(chunk(16, 1));

    await(store.delete(second.cid()));
    await(store.store(chunk(15, 400)));
    Files.write(file(first), new byte[600]);
    StepVerifier.create(store.retrieve(first.cid()))
        .expectError(IntegrityException.class)
        .verify(TIMEOUT);
    await(store.store(chunk(17, 600)));
    assertFull(chunk(16, 1));
  }

  private void assertFull(Chunk chunk) {
    StepVerifier.create(store.store(chunk))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(StorageFullException.class)
                    .hasMessageContaining("quota of 1000"))
        .verify(TIMEOUT);
  }

  @Test
  void storesAtOnceNeverExceedTheQuota() {
    reopen(FileStoreConfig.defaults().withMaxBytes(1000));
    long stored =
        await(
            Flux.range(0, 100)
                .flatMap(
                    i ->
                        store
                            .store(chunk(i, 100))
                            .thenReturn(1)
                            .onErrorResume(StorageFullException.class, e -> Mono.empty()),
                    100)
                .count());

    assertThat(stored).isEqualTo(10);
    assertThat(await(store.storedCids().count())).isEqualTo(10);
  }

  @Test
  void aFolderIsOpenOnceInAProcess() {
    for (Path same : List.of(root(), folder.resolve("store/../store"), root().toAbsolutePath())) {
      StepVerifier.create(FileStore.open(same, FileStoreConfig.defaults()))
          .expectErrorSatisfies(
              error ->
                  assertThat(error)
                      .isInstanceOf(StorageException.class)
                      .hasMessage(root() + " is already open in this process"))
          .verify(TIMEOUT);
    }
    reopen(FileStoreConfig.defaults());
    assertThat(await(store.storedCids().count())).isZero();
  }

  @Test
  void whatCannotBeMadeAFolderIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "text");
    for (Path wrong : List.of(file, file.resolve("below"), file.resolve("further/below"))) {
      StepVerifier.create(FileStore.open(wrong, FileStoreConfig.defaults()))
          .expectErrorSatisfies(
              error ->
                  assertThat(error)
                      .isInstanceOf(StorageException.class)
                      .hasMessageContaining(file + " is no folder"))
          .verify(TIMEOUT);
    }
  }

  @Test
  void aFolderThatVanishedIsAnErrorAndNotAnEmptyStore() throws IOException {
    Chunk chunk = chunk(18, 10);
    await(store.store(chunk));
    try (Stream<Path> all = Files.walk(root())) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }

    for (Mono<?> lost :
        List.of(
            store.store(chunk),
            store.retrieve(chunk.cid()),
            store.has(chunk.cid()),
            store.delete(chunk.cid()),
            store.storedCids().then())) {
      StepVerifier.create(lost)
          .expectErrorSatisfies(
              error ->
                  assertThat(error)
                      .isInstanceOf(StorageException.class)
                      .hasMessageContaining(root().toString()))
          .verify(TIMEOUT);
    }
  }

  @Test
  void moreThanMayWaitAreRefused() throws Exception {
    reopen(FileStoreConfig.defaults().withParallelOperations(1).withMaxWaitingOperations(1));
    Gate gate = gateAt(Step.WRITE);
    CompletableFuture<Void> running = store.store(chunk(19, 10)).toFuture();
    gate.awaitArrival();
    CompletableFuture<Void> waiting = store.store(chunk(20, 10)).toFuture();

    StepVerifier.create(store.store(chunk(21, 10)))
        .expectErrorMessage(root() + ": 1 operations wait for the disk")
        .verify(TIMEOUT);
    gate.open();
    running.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    waiting.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    await(store.store(chunk(21, 10)));
  }

  @Test
  void aStoreThatHasBegunIsCompletedThoughItIsCancelled() {
    Chunk chunk = chunk(22, 10);
    Gate gate = gateAt(Step.WRITE);
    Disposable cancelled = store.store(chunk).subscribe();
    gate.awaitArrival();
    cancelled.dispose();
    gate.open();

    await(store.store(chunk));
    assertThat(disk.done).filteredOn(step -> step.startsWith("WRITE")).hasSize(1);
  }

  @Test
  void aReadThatIsCancelledBeforeItsTurnIsSkipped() {
    reopen(FileStoreConfig.defaults().withParallelOperations(1));
    Gate gate = gateAt(Step.WRITE);
    Disposable running = store.store(chunk(23, 10)).subscribe();
    gate.awaitArrival();
    store.retrieve(chunk(24, 10).cid()).subscribe().dispose();
    gate.open();
    await(store.close());

    assertThat(running.isDisposed()).isTrue();
    assertThat(disk.done).filteredOn(step -> step.startsWith("READ")).isEmpty();
  }

  @Test
  void closingWaitsForWhatIsUnderWay() {
    Chunk chunk = chunk(25, 10);
    Gate gate = gateAt(Step.WRITE);
    Disposable running = store.store(chunk).subscribe();
    gate.awaitArrival();
    CompletableFuture<Void> closed = store.close().toFuture();
    StepVerifier.create(FileStore.open(root(), FileStoreConfig.defaults()))
        .expectError(StorageException.class)
        .verify(TIMEOUT);
    assertThat(closed).isNotDone();
    gate.open();
    await(store.close());

    assertThat(running.isDisposed()).isTrue();
    store = open(FileStoreConfig.defaults());
    assertThat(await(store.has(chunk.cid()))).isTrue();
  }

  @Test
  void closingDoesNotBlockTheCaller() {
    StepVerifier.create(store.close().subscribeOn(Schedulers.parallel()))
        .expectComplete()
        .verify(TIMEOUT);
  }

  @Test
  void boundsOutsideTheirRangeAreRefused() {
    FileStoreConfig config = FileStoreConfig.defaults();
    assertThatIllegalArgumentException().isThrownBy(() -> config.withMaxBytes(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> config.withParallelOperations(0));
    assertThatIllegalArgumentException().isThrownBy(() -> config.withParallelOperations(257));
    assertThatIllegalArgumentException().isThrownBy(() -> config.withMaxWaitingOperations(0));
    assertThatIllegalArgumentException().isThrownBy(() -> config.withMaxQuarantined(-1));
  }

  private Gate gateAt(Step where) {
    Gate gate = new Gate(where);
    disk.fault = gate;
    return gate;
  }

  private void fail(Step where, String message) {
    disk.fault =
        (step, file) -> {
          if (step == where) {
            throw new IOException(message);
          }
        };
  }

  private Path root() {
    return folder.resolve("store").toAbsolutePath();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(root())) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private Path file(Chunk chunk) {
    return root().resolve("chunks").resolve(hex(chunk).substring(0, 2)).resolve(hex(chunk));
  }

  private static String hex(Chunk chunk) {
    return hex(chunk.cid());
  }

  private static String hex(Cid cid) {
    return HexFormat.of().formatHex(cid.digest());
  }

  private static byte[] bytes(Chunk chunk) {
    byte[] bytes = new byte[chunk.size()];
    chunk.data().get(bytes);
    return bytes;
  }

  /** Holds up everyone who comes to a step until it is opened. */
  private static final class Gate implements FaultyDisk.Fault {
    private final Step where;
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);

    Gate(Step where) {
      this.where = where;
    }

    @Override
    public void before(Step step, Path file) throws IOException {
      if (step == where) {
        arrived.countDown();
        pass(open);
      }
    }

    void awaitArrival() {
      pass(arrived);
    }

    void open() {
      open.countDown();
    }

    private static void pass(CountDownLatch latch) {
      try {
        assertThat(latch.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
