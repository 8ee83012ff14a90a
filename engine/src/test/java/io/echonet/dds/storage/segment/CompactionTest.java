package io.echonet.dds.storage.segment;

import static io.echonet.dds.storage.StorageProviderContract.await;
import static io.echonet.dds.storage.StorageProviderContract.chunk;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.storage.Holding;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.StoredChunk;
import io.echonet.dds.transport.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class CompactionTest {
  private static final int CHUNKS = 200;
  private static final SegmentStoreConfig CONFIG =
      SegmentStoreConfig.defaults().withSegmentBytes(20_000);
  private static final List<Chunk> ALL =
      IntStream.range(0, CHUNKS).mapToObj(i -> chunk(i, 1000)).toList();

  @TempDir Path folder;

  private StorageProvider store;

  @BeforeEach
  void open() {
    store = await(SegmentStore.open(folder, CONFIG));
  }

  @AfterEach
  void close() {
    await(store.close());
  }

  private void reopen(SegmentStoreConfig config) {
    await(store.close());
    store = await(SegmentStore.open(folder, config));
  }

  /** Of the segments, as they are at some time. */
  private long bytesOnDisk() {
    long bytes = 0;
    try (Stream<Path> files = Files.list(folder.resolve("segments"))) {
      for (Path file : files.toList()) {
        try {
          bytes += Files.size(file);
        } catch (NoSuchFileException e) {
          // Compacted meanwhile.
        }
      }
      return bytes;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Mono<Void> storeAll() {
    return Flux.fromIterable(ALL)
        .index()
        .flatMap(
            numbered ->
                store.store(
                    numbered.getT2(), numbered.getT1() % 3 == 0 ? Holding.FOR_OTHERS : Holding.OWN),
            64)
        .then();
  }

  private Mono<Void> deleteOdd() {
    return Flux.range(0, CHUNKS / 2)
        .flatMap(i -> store.delete(ALL.get(2 * i + 1).cid()), 16)
        .then();
  }

  private void assertEvenOnesAreHeld() {
    for (int i = 0; i < CHUNKS; i += 2) {
      assertThat(await(store.retrieve(ALL.get(i).cid())).data()).isEqualTo(ALL.get(i).data());
    }
    assertThat(await(store.stored().collectList()))
        .hasSize(CHUNKS / 2)
        .contains(new StoredChunk(ALL.get(0).cid(), 1000, Set.of(Holding.FOR_OTHERS)))
        .contains(new StoredChunk(ALL.get(2).cid(), 1000, Set.of(Holding.OWN)));
  }

  @Test
  void roomComesBackWhileEverythingStaysReadable() {
    await(storeAll());
    long before = bytesOnDisk();
    AtomicBoolean done = new AtomicBoolean();
    Mono<Long> reading =
        Flux.range(0, CHUNKS / 2)
            .concatMap(i -> store.retrieve(ALL.get(2 * i).cid()).switchIfEmpty(missing(i)))
            .count()
            .repeat(() -> !done.get())
            .reduce(0L, Long::sum)
            .cache();
    reading.subscribe(read -> {}, error -> {});
    await(deleteOdd());
    Await.until("room comes back", () -> bytesOnDisk() < before * 3 / 4);
    done.set(true);

    assertThat(await(reading)).isPositive().isEqualTo(await(reading) / 100 * 100);
    assertEvenOnesAreHeld();
    reopen(CONFIG);
    assertEvenOnesAreHeld();
  }

  private static Mono<Chunk> missing(int number) {
    return Mono.error(new AssertionError("chunk " + 2 * number + " is missing"));
  }

  @Test
  void whatWasDeletedStaysSoWhateverIsLostOfTheIndex() throws IOException {
    await(storeAll());
    long before = bytesOnDisk();
    await(deleteOdd());
    Await.until("room comes back", () -> bytesOnDisk() < before * 3 / 4);
    await(store.close());
    Files.delete(folder.resolve("index"));
    store = await(SegmentStore.open(folder, CONFIG));

    assertEvenOnesAreHeld();
  }

  /** Or what moves it would vouch for what it does not know. */
  @Test
  void rotThatIsMovedIsStillNoticed() throws IOException {
    await(storeAll());
    await(store.close());
    Path first = folder.resolve("segments").resolve("00000001.segment");
    byte[] bytes = Files.readAllBytes(first);
    bytes[SegmentHeader.BYTES + SegmentRecord.HEADER_BYTES] ^= 1;
    Files.write(first, bytes);
    store = await(SegmentStore.open(folder, CONFIG));
    await(deleteOdd());
    Await.until("it is moved", () -> !Files.exists(first));

    List<Cid> rotten =
        await(
            Flux.fromIterable(ALL)
                .concatMap(
                    chunk ->
                        store
                            .retrieve(chunk.cid())
                            .flatMap(read -> Mono.<Cid>empty())
                            .onErrorReturn(IntegrityException.class, chunk.cid()))
                .collectList());
    assertThat(rotten).hasSize(1);
    assertThat(await(store.has(rotten.get(0)))).isFalse();
  }

  @Test
  void whatWasNotCompactedBeforeItWasClosedIsAfterItIsOpened() {
    SegmentStoreConfig never = CONFIG.withCompaction(99, 1);
    reopen(never);
    await(storeAll());
    await(deleteOdd());
    long before = bytesOnDisk();
    assertThat(before).isGreaterThan(200_000);
    reopen(CONFIG);

    Await.until("room comes back", () -> bytesOnDisk() < before * 3 / 4);
    assertEvenOnesAreHeld();
  }

  @Test
  void compactionKeepsToItsRate() {
    reopen(CONFIG.withCompaction(25, 1));
    await(storeAll());
    List<Path> segments = segments();
    long before = bytesOnDisk();
    await(deleteOdd());
    // What says that they are gone takes 5,600 bytes. What is left of a segment is moved at once,
    // and is to be followed by three hours of rest before anything else is done.
    Await.until("a segment's chunks are moved", () -> bytesOnDisk() > before + 5600 + 5000);

    assertThat(segments()).containsAll(segments);
  }

  private List<Path> segments() {
    try (Stream<Path> files = Files.list(folder.resolve("segments"))) {
      return files.toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void storesAndDeletesGoOnBesideIt() {
    await(storeAll());
    List<Cid> kept =
        await(
            Flux.range(0, 8)
                .concatMap(
                    round ->
                        deleteOdd()
                            .thenMany(Flux.range(0, CHUNKS / 2))
                            .flatMap(i -> store.store(ALL.get(2 * i + 1)), 16)
                            .then())
                .then(deleteOdd())
                .then(store.storedCids().collectList()));

    assertThat(kept).hasSize(CHUNKS / 2);
    Await.until("room comes back", () -> bytesOnDisk() < 300_000);
    assertEvenOnesAreHeld();
  }
}
