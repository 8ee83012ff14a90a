package io.echonet.dds.keeping;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.DdsException;
import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.storage.Holding;
import io.echonet.dds.testing.HeapStore;
import io.echonet.dds.testing.TestContent;
import io.echonet.dds.transport.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

class CollectorTest {
  private final HeapStore store = new HeapStore(Schedulers.boundedElastic());
  private final PausingStore pausing = new PausingStore(store);
  private final Keeper keeper =
      Keeper.of(
          pausing,
          Roots.inMemory(),
          KeepingConfig.defaults().withDeletionsPerSecond(1_000_000),
          Schedulers.parallel());
  private final Keeping keeping = Keeping.of(keeper, ChunkSource.NONE);
  private final TestContent kept = TestContent.random(1, 2 * Chunk.MAX_BYTES);
  private final TestContent garbage = TestContent.random(2, Chunk.MAX_BYTES + 10);

  private Collected collect(boolean replicasToo) {
    return requireNonNull(keeping.collect(replicasToo).block());
  }

  private void put(TestContent content) {
    content.chunks().forEach(store::put);
    store.put(content.manifest().chunk());
  }

  private boolean isWhole(TestContent content) {
    return store.holds(content.cid())
        && content.chunks().stream().allMatch(chunk -> store.holds(chunk.cid()));
  }

  private static Chunk single() {
    return Chunk.of(new byte[] {1, 2, 3});
  }

  @Test
  void takesWhatNoRootReachesAndNothingElse() {
    put(kept);
    put(garbage);
    keeper.published(kept.cid()).block();

    Collected collected = collect(false);

    long lengths = (long) garbage.bytes().length + garbage.manifest().chunk().size();
    assertThat(collected)
        .isEqualTo(
            new Collected(
                3, lengths, 3, (long) kept.bytes().length + kept.manifest().chunk().size()));
    assertThat(isWhole(kept)).isTrue();
    assertThat(store.cids()).hasSize(3);
  }

  @Test
  void aDryRunTellsTheSameAndTakesNothing() {
    put(kept);
    put(garbage);
    keeper.published(kept.cid()).block();

    Collected collectable = requireNonNull(keeping.collectable(false).block());

    assertThat(store.cids()).hasSize(6);
    assertThat(collect(false)).isEqualTo(collectable);
  }

  @Test
  void whatPeersAskedForStaysUnlessItIsToGoToo() {
    keeper.store().store(single(), Holding.FOR_OTHERS).block();

    assertThat(collect(false).chunks()).isZero();
    assertThat(store.holds(single().cid())).isTrue();

    assertThat(collect(true).chunks()).isOne();
    assertThat(store.cids()).isEmpty();
  }

  @Test
  void chunksThatTwoContentsShareStayForTheOneThatIsKept() {
    put(kept);
    TestContent part = TestContent.random(1, Chunk.MAX_BYTES);
    put(part);
    keeper.published(kept.cid()).block();
    keeper.published(part.cid()).block();
    keeping.unpin(kept.cid()).block();

    collect(false);

    assertThat(isWhole(part)).isTrue();
    assertThat(store.cids()).hasSize(2);
  }

  @Test
  void aRootThatCanNotBeReadStopsItBeforeAnythingIsTaken() {
    put(kept);
    put(garbage);
    keeper.published(kept.cid()).block();
    store.rot(kept.cid());

    assertThatThrownBy(() -> collect(false))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContainingAll("nothing is collected", kept.cid().toString(), "rotted");
    // Now it is not there at all.
    assertThatThrownBy(() -> collect(false))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContainingAll("nothing is collected", kept.cid().toString(), "not here");

    assertThat(isWhole(garbage)).isTrue();
    store.put(kept.manifest().chunk());
    assertThat(collect(false).chunks()).isEqualTo(3);
  }

  @Test
  void whatIsHeldByWhoeverPublishesItStaysAndIsTakenOnceThatIsGivenUp() {
    store.put(single());
    Hold hold = keeper.hold();
    hold.protect(single().cid()).block();
    assertThat(requireNonNull(keeping.collectable(false).block()).chunks()).isZero();
    assertThat(collect(false).chunks()).isZero();

    hold.release();

    assertThat(collect(false).chunks()).isOne();
  }

  @Test
  void aRootThatIsAddedMeanwhileWins() {
    put(kept);
    CompletableFuture<Collected> collecting = pausing.pauseListing(keeping.collect(false));

    keeping.pin(kept.cid()).block();
    pausing.goOn();

    assertThat(collecting.join().chunks()).isZero();
    assertThat(isWhole(kept)).isTrue();
  }

  @Test
  void whatAPeerAsksForMeanwhileIsKeptAsPromised() {
    store.put(single());
    CompletableFuture<Collected> collecting = pausing.pauseListing(keeping.collect(false));

    keeper.store().store(single(), Holding.FOR_OTHERS).block();
    pausing.goOn();

    assertThat(collecting.join().chunks()).isZero();
    assertThat(store.holds(single().cid())).isTrue();
  }

  @Test
  void whatIsStoredInABatchMeanwhileStays() {
    store.put(single());
    CompletableFuture<Collected> collecting = pausing.pauseListing(keeping.collect(false));

    keeper.store().storeAll(Mono.just(single())).block();
    pausing.goOn();

    assertThat(collecting.join().chunks()).isZero();
    assertThat(store.holds(single().cid())).isTrue();
  }

  @Test
  void whatIsStoredWhileItIsTakenIsThereAfterwards() {
    store.put(single());
    CompletableFuture<Collected> collecting = pausing.pauseDeleting(keeping.collect(false));

    CompletableFuture<Void> storing = keeper.store().store(single()).toFuture();
    pausing.goOn();

    storing.join();
    assertThat(collecting.join().chunks()).isOne();
    assertThat(store.holds(single().cid())).isTrue();
  }

  @Test
  void oneThatIsGivenUpFinishesWhatItHasBegunBeforeThatIsStoredAnew() {
    store.put(single());
    CompletableFuture<Collected> collecting = pausing.pauseDeleting(keeping.collect(false));
    collecting.cancel(true);

    CompletableFuture<Void> storing = keeper.store().store(single()).toFuture();
    pausing.goOn();

    storing.join();
    assertThat(store.holds(single().cid())).isTrue();
    assertThat(collect(false).chunks()).isOne();
  }

  @Test
  void oneIsUnderWayAtATime() {
    store.put(single());
    CompletableFuture<Collected> collecting = pausing.pauseListing(keeping.collect(false));

    assertThatThrownBy(() -> collect(false))
        .isInstanceOf(DdsException.class)
        .hasMessageContaining("under way");

    pausing.goOn();
    collecting.join();
    assertThat(collect(false).chunks()).isZero();
  }

  @Test
  void takesNoMoreInASecondThanItMay() {
    VirtualTimeScheduler time = VirtualTimeScheduler.create();
    HeapStore timed = new HeapStore(time);
    IntStream.range(0, 1000)
        .forEach(i -> timed.put(Chunk.of(new byte[] {(byte) i, (byte) (i >> 8)})));
    Keeping slow =
        Keeping.of(
            Keeper.of(
                timed,
                Roots.inMemory(),
                KeepingConfig.defaults().withDeletionsPerSecond(100),
                time),
            ChunkSource.NONE);

    CompletableFuture<Collected> collecting = slow.collect(false).toFuture();
    time.advanceTimeBy(Duration.ofSeconds(5));
    assertThat(timed.cids().size()).isBetween(490, 510);
    time.advanceTimeBy(Duration.ofSeconds(5));

    assertThat(collecting.join().chunks()).isEqualTo(1000);
    assertThat(time.now(TimeUnit.SECONDS)).isEqualTo(10);
  }

  @Test
  void contentsThatComeAndGoWhileItRunsAgainAndAgainAreWholeAsLongAsTheyAreKept() {
    List<TestContent> contents =
        IntStream.range(0, 4)
            .mapToObj(i -> TestContent.random(10 + i / 2, Chunk.MAX_BYTES * (2 + i) / 2))
            .toList();
    Mono<Void> comeAndGo =
        Mono.when(
            contents.stream()
                .map(
                    content ->
                        publish(content)
                            .then(Mono.fromRunnable(() -> assertThat(isWhole(content)).isTrue()))
                            .then(keeping.unpin(content.cid()))
                            .repeat(100)
                            .then(publish(content)))
                .toList());
    AtomicBoolean isOver = new AtomicBoolean();
    CompletableFuture<Void> collecting =
        keeping
            .collect(false)
            // A content may lose its root between the reading of the roots and of its manifest.
            .onErrorComplete(IntegrityException.class)
            .repeat(() -> !isOver.get())
            .then()
            .toFuture();

    comeAndGo.block(Await.TIMEOUT);
    isOver.set(true);
    collecting.join();
    collect(false);

    assertThat(contents).allMatch(this::isWhole);
  }

  /** What a publish does, without a network. */
  private Mono<Void> publish(TestContent content) {
    return Mono.using(
        keeper::hold,
        hold ->
            Flux.fromIterable(content.chunks())
                .concatWithValues(content.manifest().chunk())
                .concatMap(chunk -> hold.protect(chunk.cid()).then(keeper.store().store(chunk)))
                .then(keeper.published(content.cid())),
        Hold::release);
  }
}
