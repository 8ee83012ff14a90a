package io.echonet.dds.storage.segment;

import static io.echonet.dds.storage.StorageProviderContract.await;
import static io.echonet.dds.storage.StorageProviderContract.chunk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.storage.Holding;
import io.echonet.dds.storage.StorageException;
import io.echonet.dds.storage.StorageFullException;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.StorageProviderContract;
import io.echonet.dds.storage.StorageUsage;
import io.echonet.dds.storage.StoredChunk;
import io.echonet.dds.storage.disk.Disk;
import io.echonet.dds.storage.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class SegmentStoreTest implements StorageProviderContract {
  @TempDir Path folder;

  private StorageProvider store;

  @BeforeEach
  void open() {
    store = open(SegmentStoreConfig.defaults());
  }

  @AfterEach
  void close() {
    await(store.close());
  }

  private StorageProvider open(SegmentStoreConfig config) {
    return await(SegmentStore.open(folder.resolve("store"), config));
  }

  private void reopen(SegmentStoreConfig config) {
    await(store.close());
    store = open(config);
  }

  @Override
  public StorageProvider store() {
    return store;
  }

  @Test
  void whatWasStoredIsThereAfterReopening() {
    Chunk chunk = chunk(1, 1000);
    Chunk promised = chunk(2, 500);
    Chunk deleted = chunk(3, 10);
    await(store.store(chunk));
    await(store.store(promised, Holding.FOR_OTHERS));
    await(store.store(deleted));
    await(store.delete(deleted.cid()));
    reopen(SegmentStoreConfig.defaults());

    assertThat(await(store.stored().collectList()))
        .containsExactlyInAnyOrder(
            new StoredChunk(chunk.cid(), 1000, Set.of(Holding.OWN)),
            new StoredChunk(promised.cid(), 500, Set.of(Holding.FOR_OTHERS)));
    assertThat(await(store.retrieve(chunk.cid())).data()).isEqualTo(chunk.data());
  }

  @Test
  void storesOfTheSameTimeShareSyncs() throws Exception {
    CountingDisk disk = new CountingDisk();
    StorageProvider counted =
        await(SegmentStore.open(folder.resolve("counted"), SegmentStoreConfig.defaults(), disk));
    CountDownLatch gate = new CountDownLatch(1);
    disk.beforeForce =
        () -> {
          disk.arrived.countDown();
          gate.await();
        };
    CompletableFuture<Void> first = counted.store(chunk(0, 10)).toFuture();
    assertThat(disk.arrived.await(30, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<?>[] others =
        IntStream.rangeClosed(1, 200)
            .mapToObj(i -> counted.store(chunk(i, 10)).toFuture())
            .toArray(CompletableFuture<?>[]::new);
    gate.countDown();
    first.get(30, TimeUnit.SECONDS);
    CompletableFuture.allOf(others).get(30, TimeUnit.SECONDS);

    // The beginning of the segment, the first chunk, all others.
    assertThat(disk.forces).hasValue(3);
    await(counted.close());
  }

  @Test
  void nothingIsReportedAsStoredBeforeItIsSynced() throws Exception {
    CountingDisk disk = new CountingDisk();
    StorageProvider slow =
        await(SegmentStore.open(folder.resolve("slow"), SegmentStoreConfig.defaults(), disk));
    await(slow.store(chunk(1, 10)));
    CountDownLatch gate = new CountDownLatch(1);
    disk.beforeForce =
        () -> {
          disk.arrived.countDown();
          gate.await();
        };
    CompletableFuture<Void> end = slow.store(chunk(2, 10)).toFuture();
    assertThat(disk.arrived.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(await(slow.has(chunk(2, 10).cid()))).isFalse();
    assertThat(await(slow.retrieve(chunk(1, 10).cid())).size()).isEqualTo(10);
    assertThat(end).isNotDone();
    gate.countDown();
    end.get(30, TimeUnit.SECONDS);
    assertThat(await(slow.has(chunk(2, 10).cid()))).isTrue();
    await(slow.close());
  }

  @Test
  void theQuotaIsKeptAcrossReopening() {
    reopen(SegmentStoreConfig.defaults().withMaxBytes(1000));
    await(store.store(chunk(1, 600)));
    assertFull(chunk(2, 401));
    reopen(SegmentStoreConfig.defaults().withMaxBytes(1000));
    assertFull(chunk(2, 401));
    assertThat(await(store.usage()).freeBytes()).isEqualTo(400);
    await(store.store(chunk(3, 400)));
    await(store.store(chunk(3, 400), Holding.FOR_OTHERS));
    assertThat(await(store.retrieve(chunk(1, 600).cid())).size()).isEqualTo(600);
    await(store.delete(chunk(1, 600).cid()));
    await(store.store(chunk(2, 401)));
  }

  private void assertFull(Chunk chunk) {
    assertThatThrownBy(() -> await(store.store(chunk)))
        .isInstanceOf(StorageFullException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("quota of 1000");
    assertThat(await(store.has(chunk.cid()))).isFalse();
  }

  @Test
  void storesAtOnceNeverExceedTheQuota() {
    reopen(SegmentStoreConfig.defaults().withMaxBytes(100));
    List<Boolean> stored =
        await(
            Flux.range(0, 200)
                .flatMap(
                    i ->
                        store
                            .store(chunk(i, 10))
                            .thenReturn(true)
                            .onErrorReturn(StorageFullException.class, false),
                    64)
                .collectList());

    assertThat(stored).filteredOn(done -> done).hasSize(10);
    assertThat(await(store.usage()).bytes()).isEqualTo(100);
  }

  @Test
  void aFullDiskRefusesStoresLetsReadAndDeleteAndRecovers() {
    CountingDisk disk = new CountingDisk();
    StorageProvider full =
        await(SegmentStore.open(folder.resolve("full"), SegmentStoreConfig.defaults(), disk));
    await(full.store(chunk(1, 5000)));
    await(full.store(chunk(2, 100)));
    disk.room = 3000;
    StepVerifier.create(full.store(chunk(3, 5000)))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(StorageFullException.class)
                    .hasMessageContaining("is full: No space left on device"))
        .verify(TIMEOUT);
    assertThat(await(full.has(chunk(3, 5000).cid()))).isFalse();
    assertThat(await(full.retrieve(chunk(1, 5000).cid())).size()).isEqualTo(5000);
    assertThat(await(full.delete(chunk(2, 100).cid()))).isTrue();
    disk.room = Long.MAX_VALUE;
    await(full.store(chunk(3, 5000)));
    await(full.close());
    StorageProvider again =
        await(SegmentStore.open(folder.resolve("full"), SegmentStoreConfig.defaults()));
    assertThat(await(again.storedCids().collectList()))
        .containsExactlyInAnyOrder(chunk(1, 5000).cid(), chunk(3, 5000).cid());
    await(again.close());
  }

  @Test
  void whatTheDiskHasLeftIsForDeleting() {
    CountingDisk disk = new CountingDisk();
    disk.free = 200_000;
    StorageProvider filling =
        await(
            SegmentStore.open(
                folder.resolve("filling"),
                SegmentStoreConfig.defaults().withReserveBytes(100_000),
                disk));
    await(filling.store(chunk(1, 60_000)));
    disk.free = 140_000;
    assertThat(await(filling.usage()).freeBytes()).isEqualTo(40_000);
    StepVerifier.create(filling.store(chunk(2, 60_000)))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(StorageFullException.class)
                    .hasMessageContaining("is full: what the disk has left is for what frees room"))
        .verify(TIMEOUT);
    await(filling.store(chunk(3, 30_000)));
    disk.free = 0;
    assertThat(await(filling.delete(chunk(1, 60_000).cid()))).isTrue();
    assertThat(await(filling.retrieve(chunk(3, 30_000).cid())).size()).isEqualTo(30_000);
    await(filling.close());
  }

  @Test
  void aFileSystemThatDoesNotSayHowLargeItIsIsNotFull() {
    Disk silent =
        new Disk() {
          @Override
          public long totalBytes(Path ofFolder) {
            return 0;
          }
        };
    StorageProvider unbounded =
        await(SegmentStore.open(folder.resolve("silent"), SegmentStoreConfig.defaults(), silent));
    await(unbounded.store(chunk(1, 10)));

    assertThat(await(unbounded.usage()).freeBytes()).isEqualTo(StorageUsage.UNLIMITED - 10);
    await(unbounded.close());
  }

  @Test
  void aFailedSyncFailsAllWhoWaitedAndNoOther() {
    CountingDisk disk = new CountingDisk();
    StorageProvider failing =
        await(SegmentStore.open(folder.resolve("failing"), SegmentStoreConfig.defaults(), disk));
    await(failing.store(chunk(1, 10)));
    disk.beforeForce =
        () -> {
          throw new IOException("input/output error");
        };
    StepVerifier.create(failing.store(chunk(2, 10)))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("cannot write, input/output error"))
        .verify(TIMEOUT);
    disk.beforeForce = () -> {};
    assertThat(await(failing.storedCids().collectList())).containsExactly(chunk(1, 10).cid());
    await(failing.store(chunk(2, 10)));
    assertThat(await(failing.retrieve(chunk(2, 10).cid())).size()).isEqualTo(10);
    await(failing.close());
  }

  @Test
  void moreThanMayWaitAreRefused() throws Exception {
    CountingDisk disk = new CountingDisk();
    StorageProvider slow =
        await(
            SegmentStore.open(
                folder.resolve("slow"),
                SegmentStoreConfig.defaults().withMaxWaitingOperations(2),
                disk));
    CountDownLatch gate = new CountDownLatch(1);
    disk.beforeForce =
        () -> {
          disk.arrived.countDown();
          gate.await();
        };
    CompletableFuture<Void> first = slow.store(chunk(0, 10)).toFuture();
    assertThat(disk.arrived.await(30, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<Void> second = slow.store(chunk(1, 10)).toFuture();
    CompletableFuture<Void> third = slow.store(chunk(2, 10)).toFuture();
    StepVerifier.create(slow.store(chunk(3, 10)))
        .expectErrorMessage(
            folder.resolve("slow").toAbsolutePath() + ": 2 changes wait for the disk")
        .verify(TIMEOUT);
    gate.countDown();
    CompletableFuture.allOf(first, second, third).get(30, TimeUnit.SECONDS);
    await(slow.close());
  }

  @Test
  void aFolderIsOpenOnceInAProcess() {
    assertThatThrownBy(() -> open(SegmentStoreConfig.defaults()))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("already open in this process");
  }

  @Test
  void aFolderThatMayNotBeWrittenIsNamed() {
    Disk readOnly =
        new Disk() {
          @Override
          public void writeNew(Path file, ByteBuffer data) throws IOException {
            throw new AccessDeniedException(file.toString());
          }
        };
    assertThatThrownBy(
            () ->
                await(
                    SegmentStore.open(
                        folder.resolve("other"), SegmentStoreConfig.defaults(), readOnly)))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("cannot open the store, no permission for");
  }

  @Test
  void aFolderThatVanishedIsAnErrorAndNoStoreIsReportedInIt() throws IOException {
    await(store.store(chunk(1, 10)));
    try (Stream<Path> files = Files.walk(folder.resolve("store"))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }

    assertThatThrownBy(() -> await(store.store(chunk(2, 10))))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("has vanished");
    assertThat(await(store.has(chunk(2, 10).cid()))).isFalse();
  }

  @Test
  void fewFilesAreOpenHoweverManySegmentsAreRead() {
    SegmentStoreConfig small =
        SegmentStoreConfig.defaults().withSegmentBytes(4096).withMaxOpenSegments(2);
    CountingDisk disk = new CountingDisk();
    StorageProvider many = await(SegmentStore.open(folder.resolve("many"), small, disk));
    await(Flux.range(0, 60).concatMap(i -> many.store(chunk(i, 1000))).then());
    await(Flux.range(0, 60).concatMap(i -> many.retrieve(chunk(i, 1000).cid())).then());

    assertThat(disk.open.get()).isBetween(1, 3);
    await(many.close());
    assertThat(disk.open.get()).isZero();
  }

  @Test
  void aChunkLongerThanASegmentHasOneOfItsOwn() {
    reopen(SegmentStoreConfig.defaults().withSegmentBytes(4096));
    await(Flux.range(0, 5).concatMap(i -> store.store(chunk(i, 3000 + 1000 * i))).then());
    reopen(SegmentStoreConfig.defaults().withSegmentBytes(4096));

    for (int i = 0; i < 5; i++) {
      assertThat(await(store.retrieve(chunk(i, 3000 + 1000 * i).cid())).size())
          .isEqualTo(3000 + 1000 * i);
    }
  }

  @Test
  void openingAnEmptyStoreMakesNoSegment() throws IOException {
    try (Stream<Path> segments = Files.list(folder.resolve("store").resolve("segments"))) {
      assertThat(segments).isEmpty();
    }
    assertThat(SegmentStore.isIn(folder.resolve("store"))).isTrue();
    assertThat(SegmentStore.isIn(folder)).isFalse();
  }

  @Test
  void boundsOutsideTheirRangeAreRefused() {
    SegmentStoreConfig config = SegmentStoreConfig.defaults();
    assertThatIllegalArgumentException().isThrownBy(() -> config.withMaxBytes(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> config.withSegmentBytes(100));
    assertThatIllegalArgumentException().isThrownBy(() -> config.withCommitBytes(0));
    assertThatIllegalArgumentException().isThrownBy(() -> config.withMaxWaitingOperations(0));
    assertThatIllegalArgumentException().isThrownBy(() -> config.withMaxOpenSegments(0));
    assertThatIllegalArgumentException().isThrownBy(() -> config.withSnapshotBytes(0));
  }

  private interface Fault {
    void run() throws IOException, InterruptedException;
  }

  /** The real disk, whose syncs are counted and may wait or fail, and which may be full. */
  private static final class CountingDisk extends Disk {
    final AtomicInteger forces = new AtomicInteger();
    final AtomicInteger open = new AtomicInteger();
    final CountDownLatch arrived = new CountDownLatch(1);
    volatile Fault beforeForce = () -> {};
    volatile long room = Long.MAX_VALUE;
    volatile long free = Long.MAX_VALUE;

    @Override
    public DiskFile open(Path file) throws IOException {
      return new CountingFile(super.open(file));
    }

    @Override
    public DiskFile create(Path file) throws IOException {
      return new CountingFile(super.create(file));
    }

    @Override
    public long freeBytes(Path folder) {
      return free;
    }

    private final class CountingFile implements DiskFile {
      private final DiskFile file;

      CountingFile(DiskFile file) {
        this.file = file;
        open.incrementAndGet();
      }

      @Override
      public void read(ByteBuffer target, long position) throws IOException {
        file.read(target, position);
      }

      @Override
      public void write(ByteBuffer data, long position) throws IOException {
        if (data.remaining() > room) {
          ByteBuffer fits = data.slice().limit((int) room);
          file.write(fits, position);
          throw new IOException("No space left on device");
        }
        file.write(data, position);
      }

      @Override
      public void force() throws IOException {
        try {
          beforeForce.run();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
        forces.incrementAndGet();
        file.force();
      }

      @Override
      public long size() throws IOException {
        return file.size();
      }

      @Override
      public void truncate(long size) throws IOException {
        file.truncate(size);
      }

      @Override
      public void close() throws IOException {
        open.decrementAndGet();
        file.close();
      }
    }
  }
}
