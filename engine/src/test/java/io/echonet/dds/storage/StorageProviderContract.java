package io.echonet.dds.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.ContentDetails;
import io.echonet.dds.content.ContentSummary;
import io.echonet.dds.content.Manifest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** What every store promises; each runs it on an empty one with room for 32 MiB at least. */
public interface StorageProviderContract {
  Duration TIMEOUT = Duration.ofSeconds(30);

  /** More are never asked for ahead of what is durable: 64 MiB, were they full. */
  int WIDEST_BATCH_CHUNKS = 256;

  /** The store under test, the same one throughout a test, which is closed after it. */
  StorageProvider store();

  @Test
  default void whatWasStoredIsRetrieved() {
    Chunk chunk = chunk(1, Chunk.MAX_BYTES);

    StepVerifier.create(store().store(chunk).then(store().retrieve(chunk.cid())))
        .assertNext(
            read -> {
              assertThat(read.cid()).isEqualTo(chunk.cid());
              assertThat(read.data()).isEqualTo(chunk.data());
            })
        .expectComplete()
        .verify(TIMEOUT);
  }

  @Test
  default void theEmptyChunkIsStoredLikeAnyOther() {
    Chunk empty = Chunk.of(new byte[0]);
    await(store().store(empty));

    assertThat(await(store().retrieve(empty.cid())).size()).isZero();
    assertThat(await(store().has(empty.cid()))).isTrue();
  }

  @Test
  default void aManifestLongerThanAChunkIsStored() {
    ContentSummary.Builder content = new ContentSummary.Builder();
    Chunk part = Chunk.of(new byte[Chunk.MAX_BYTES]);
    for (int i = 0; i < 10_000; i++) {
      content.add(part);
    }
    Manifest manifest = Manifest.of(content.build(new byte[32]), ContentDetails.none());
    await(store().store(manifest.chunk()));

    assertThat(manifest.chunk().size()).isGreaterThan(Chunk.MAX_BYTES);
    assertThat(Manifest.decode(await(store().retrieve(manifest.cid())))).isEqualTo(manifest);
  }

  @Test
  default void aChunkThatIsAPartOfAnArrayIsStoredAlone() {
    Chunk chunk = chunk(2, 1000);
    byte[] envelope = new byte[1100];
    chunk.data().get(envelope, 10, 1000);
    await(store().store(Chunk.verify(chunk.cid(), envelope, 10, 1000)));

    assertThat(await(store().retrieve(chunk.cid())).data()).isEqualTo(chunk.data());
  }

  @Test
  default void whatIsNotHeldIsAbsentAndNoError() {
    Cid cid = chunk(3, 10).cid();

    StepVerifier.create(store().retrieve(cid)).expectComplete().verify(TIMEOUT);
    assertThat(await(store().has(cid))).isFalse();
    assertThat(await(store().delete(cid))).isFalse();
    StepVerifier.create(store().storedCids()).expectComplete().verify(TIMEOUT);
  }

  @Test
  default void aDeletedChunkIsGoneAndMayComeBack() {
    Chunk chunk = chunk(4, 100);
    await(store().store(chunk));

    assertThat(await(store().delete(chunk.cid()))).isTrue();
    assertThat(await(store().has(chunk.cid()))).isFalse();
    assertThat(await(store().delete(chunk.cid()))).isFalse();
    StepVerifier.create(store().retrieve(chunk.cid())).expectComplete().verify(TIMEOUT);

    await(store().store(chunk));
    assertThat(await(store().has(chunk.cid()))).isTrue();
  }

  @Test
  default void nothingHappensBeforeSubscription() {
    Chunk chunk = chunk(5, 100);
    Mono<Void> store = store().store(chunk);
    Mono<Boolean> delete = store().delete(chunk.cid());

    assertThat(await(store().has(chunk.cid()))).isFalse();
    await(store);
    assertThat(await(store().has(chunk.cid()))).isTrue();
    await(delete);
    assertThat(await(store().has(chunk.cid()))).isFalse();
  }

  @Test
  default void storingAgainChangesNothing() {
    Chunk chunk = chunk(6, 100);
    await(store().store(chunk));
    await(store().store(chunk));

    assertThat(await(store().storedCids().collectList())).containsExactly(chunk.cid());
  }

  @Test
  default void oneChunkStoredByManyAtOnceIsStoredOnce() {
    Chunk chunk = chunk(7, Chunk.MAX_BYTES);
    await(Flux.range(0, 50).flatMap(i -> store().store(chunk), 50).then());

    assertThat(await(store().storedCids().collectList())).containsExactly(chunk.cid());
    assertThat(await(store().retrieve(chunk.cid())).data()).isEqualTo(chunk.data());
  }

  @Test
  default void manyChunksAreStoredAtOnceAndListedOnceEach() {
    List<Chunk> chunks = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      chunks.add(chunk(i, 1000 + i));
    }
    await(Flux.fromIterable(chunks).flatMap(store()::store, 64, 1).then());

    assertThat(await(store().storedCids().collectList()))
        .containsExactlyInAnyOrderElementsOf(chunks.stream().map(Chunk::cid).toList());
    List<Chunk> read =
        await(
            Flux.fromIterable(chunks)
                .flatMapSequential(chunk -> store().retrieve(chunk.cid()), 64, 1)
                .collectList());
    assertThat(read).extracting(Chunk::data).isEqualTo(chunks.stream().map(Chunk::data).toList());
  }

  @Test
  default void reasonsToHoldAChunkAddUp() {
    Chunk published = chunk(11, 100);
    Chunk promised = chunk(12, 200);
    Chunk promisedThenPublished = chunk(13, 300);
    Chunk publishedThenPromised = chunk(14, 400);
    await(store().store(published));
    await(store().store(promised, Holding.FOR_OTHERS));
    await(store().store(promisedThenPublished, Holding.FOR_OTHERS));
    await(store().store(promisedThenPublished, Holding.OWN));
    await(store().store(publishedThenPromised, Holding.OWN));
    await(store().store(publishedThenPromised, Holding.FOR_OTHERS));

    assertThat(await(store().stored().collectList()))
        .containsExactlyInAnyOrder(
            new StoredChunk(published.cid(), 100, Set.of(Holding.OWN)),
            new StoredChunk(promised.cid(), 200, Set.of(Holding.FOR_OTHERS)),
            new StoredChunk(promisedThenPublished.cid(), 300, Set.of(Holding.values())),
            new StoredChunk(publishedThenPromised.cid(), 400, Set.of(Holding.values())));
  }

  @Test
  default void twoReasonsGivenAtOnceBothCount() {
    for (int round = 0; round < 20; round++) {
      Chunk chunk = chunk(round, 1000);
      await(
          Mono.when(
              store().store(chunk, Holding.FOR_OTHERS),
              store().store(chunk, Holding.OWN),
              store().store(chunk, Holding.FOR_OTHERS)));

      assertThat(await(store().stored().collectList()))
          .containsExactly(new StoredChunk(chunk.cid(), 1000, Set.of(Holding.values())));
      await(store().delete(chunk.cid()));
    }
  }

  @Test
  default void theReasonsForAChunkGoWithIt() {
    Chunk chunk = chunk(15, 100);
    await(store().store(chunk, Holding.FOR_OTHERS));
    await(store().delete(chunk.cid()));
    await(store().store(chunk, Holding.OWN));

    assertThat(await(store().stored().collectList()))
        .containsExactly(new StoredChunk(chunk.cid(), 100, Set.of(Holding.OWN)));
  }

  @Test
  default void usageFollowsWhatIsHeld() {
    Chunk chunk = chunk(16, 1000);
    StorageUsage empty = await(store().usage());
    await(store().store(chunk));
    await(store().store(chunk, Holding.FOR_OTHERS));
    await(store().store(chunk(17, 500)));
    StorageUsage full = await(store().usage());
    await(store().delete(chunk.cid()));

    assertThat(empty.chunks()).isZero();
    assertThat(empty.bytes()).isZero();
    assertThat(empty.freeBytes()).isPositive();
    assertThat(full.chunks()).isEqualTo(2);
    assertThat(full.bytes()).isEqualTo(1500);
    assertThat(await(store().usage()).bytes()).isEqualTo(500);
    assertThat(await(store().usage()).chunks()).isEqualTo(1);
  }

  @Test
  default void aBatchIsStoredWhenAllOfItIs() {
    List<Chunk> chunks = IntStream.range(0, 200).mapToObj(i -> chunk(i, 500)).toList();
    Set<Cid> cids = chunks.stream().map(Chunk::cid).collect(Collectors.toSet());
    Cid other = chunk(1000, 10).cid();
    await(store().storeAll(Flux.fromIterable(chunks), Holding.FOR_OTHERS));

    assertThat(await(store().storedCids().collectList())).containsExactlyInAnyOrderElementsOf(cids);
    assertThat(await(store().hasAll(Stream.concat(cids.stream(), Stream.of(other)).toList())))
        .isEqualTo(cids);
    assertThat(await(store().stored().filter(s -> s.isHeld(Holding.OWN)).collectList())).isEmpty();
  }

  @Test
  default void aBatchAsksForNoMoreThanItsWidthAhead() {
    TestPublisher<Chunk> source = TestPublisher.create();
    Mono<Void> end = store().storeAll(source).cache();
    end.subscribe();
    source.assertMaxRequested(WIDEST_BATCH_CHUNKS);
    source.next(chunk(19, 10)).complete();
    await(end);
  }

  @Test
  default void aBatchWhoseSourceFailsFails() {
    Chunk chunk = chunk(18, 10);
    StepVerifier.create(
            store()
                .storeAll(Flux.just(chunk).concatWith(Mono.error(new IllegalStateException("x")))))
        .expectErrorMessage("x")
        .verify(TIMEOUT);
  }

  @Test
  default void theWalkHonoursDemand() {
    for (int i = 0; i < 5; i++) {
      await(store().store(chunk(i, 10)));
    }

    StepVerifier.create(store().storedCids(), 0)
        .expectSubscription()
        .thenRequest(2)
        .expectNextCount(2)
        .thenRequest(Long.MAX_VALUE)
        .expectNextCount(3)
        .expectComplete()
        .verify(TIMEOUT);
  }

  @Test
  default void aCallerThatMayNotBlockIsNotBlocked() {
    Chunk chunk = chunk(8, Chunk.MAX_BYTES);
    StorageProvider store = store();

    StepVerifier.create(
            Mono.defer(
                    () ->
                        store
                            .store(chunk)
                            .then(store.has(chunk.cid()))
                            .then(store.retrieve(chunk.cid()))
                            .then(store.storedCids().then())
                            .then(store.delete(chunk.cid())))
                .subscribeOn(Schedulers.parallel()))
        .expectNext(true)
        .expectComplete()
        .verify(TIMEOUT);
  }

  @Test
  default void storingAndDeletingAtOnceEndsInOneOrTheOther() {
    Chunk chunk = chunk(9, 10_000);
    Random random = new Random(9);
    for (int round = 0; round < 50; round++) {
      boolean storeFirst = random.nextBoolean();
      Mono<?> store = store().store(chunk);
      Mono<?> delete = store().delete(chunk.cid());
      await(storeFirst ? Mono.when(store, delete) : Mono.when(delete, store));

      boolean held = await(store().has(chunk.cid()));
      assertThat(await(store().retrieve(chunk.cid()).hasElement())).isEqualTo(held);
    }
  }

  @Test
  default void aClosedStoreRefusesEverything() {
    Chunk chunk = chunk(10, 10);
    await(store().store(chunk));
    await(store().close());
    await(store().close());

    for (Mono<?> refused :
        List.of(
            store().store(chunk),
            store().retrieve(chunk.cid()),
            store().has(chunk.cid()),
            store().delete(chunk.cid()),
            store().storeAll(Flux.just(chunk)),
            store().hasAll(List.of(chunk.cid())),
            store().usage(),
            store().stored().then())) {
      StepVerifier.create(refused)
          .expectErrorSatisfies(
              error ->
                  assertThat(error)
                      .isInstanceOf(StorageException.class)
                      .hasMessageContaining("closed"))
          .verify(TIMEOUT);
    }
  }

  /** A chunk of {@code length} bytes that are different for each {@code seed}. */
  static Chunk chunk(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return Chunk.of(bytes);
  }

  /** What {@code mono} emits; anything for one that is empty. */
  @SuppressWarnings(
      "unchecked") // A Mono<Void> emits nothing, and nobody looks at what stands for it.
  static <T> T await(Mono<T> mono) {
    return Objects.requireNonNull(
        mono.switchIfEmpty((Mono<T>) (Mono<?>) Mono.just(ByteBuffer.allocate(0))).block(TIMEOUT));
  }
}
