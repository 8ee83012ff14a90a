package io.echonet.dds.keeping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.ContentNotFoundException;
import io.echonet.dds.content.InvalidManifestException;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.testing.HeapStore;
import io.echonet.dds.testing.TestContent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class PinningTest {
  private final HeapStore store = new HeapStore(Schedulers.boundedElastic());
  private final Keeper keeper = keeper(KeepingConfig.defaults());
  private final TestContent content = TestContent.random(1, 3 * Chunk.MAX_BYTES + 1);
  private final Elsewhere elsewhere = new Elsewhere(content);

  private Keeper keeper(KeepingConfig config) {
    return Keeper.of(store, Roots.inMemory(), config, Schedulers.parallel());
  }

  private Keeping keeping(ChunkSource source) {
    return Keeping.of(keeper, source);
  }

  /** Others that hold a content. */
  private record Elsewhere(TestContent content, List<Cid> asked, List<Cid> told)
      implements ChunkSource {
    Elsewhere(TestContent content) {
      this(content, new CopyOnWriteArrayList<>(), new CopyOnWriteArrayList<>());
    }

    @Override
    public Mono<Chunk> fetch(Cid cid) {
      return Mono.just(content.manifest().chunk()).doOnNext(chunk -> asked.add(chunk.cid()));
    }

    @Override
    public Flux<Chunk> fetch(Manifest manifest, List<Integer> places, int parallel) {
      return Flux.fromIterable(places)
          .map(content.chunks()::get)
          .doOnNext(chunk -> asked.add(chunk.cid()));
    }

    @Override
    public void stored(Chunk chunk) {
      told.add(chunk.cid());
    }
  }

  private void hold(TestContent held) {
    held.chunks().forEach(store::put);
    store.put(held.manifest().chunk());
  }

  @Test
  void whatIsHereBecomesARootWithoutAskingAnybody() {
    hold(content);

    Manifest pinned = keeping(ChunkSource.NONE).pin(content.cid()).block();

    assertThat(pinned).isEqualTo(content.manifest());
    assertThat(keeping(ChunkSource.NONE).roots().block())
        .extracting(Root::cid)
        .containsExactly(content.cid());
  }

  @Test
  void whatLacksIsFetchedStoredAndTold() {
    store.put(content.manifest().chunk());
    store.put(content.chunks().get(1));

    keeping(elsewhere).pin(content.cid()).block();

    List<Cid> lacking =
        List.of(
            content.chunks().get(0).cid(),
            content.chunks().get(2).cid(),
            content.chunks().get(3).cid());
    assertThat(elsewhere.asked).containsExactlyInAnyOrderElementsOf(lacking);
    assertThat(elsewhere.told).containsExactlyInAnyOrderElementsOf(lacking);
    assertThat(content.chunks()).allMatch(chunk -> store.holds(chunk.cid()));
  }

  @Test
  void whatLacksIsFetchedAFewAtATime() {
    store.put(content.manifest().chunk());
    AtomicInteger most = new AtomicInteger();
    ChunkSource counting =
        new ChunkSource() {
          @Override
          public Mono<Chunk> fetch(Cid cid) {
            return elsewhere.fetch(cid);
          }

          @Override
          public Flux<Chunk> fetch(Manifest manifest, List<Integer> places, int parallel) {
            return elsewhere
                .fetch(manifest, places, parallel)
                .doOnNext(
                    chunk ->
                        most.accumulateAndGet(
                            elsewhere.asked.size() - elsewhere.told.size(), Math::max));
          }

          @Override
          public void stored(Chunk chunk) {
            elsewhere.stored(chunk);
          }
        };

    Keeping.of(keeper(KeepingConfig.defaults().withParallelFetches(2)), counting)
        .pin(content.cid())
        .block();

    assertThat(elsewhere.told).hasSize(4);
    assertThat(most.get()).isLessThanOrEqualTo(2);
  }

  @Test
  void aContentOfWhichNothingIsHereIsFetchedWhole() {
    keeping(elsewhere).pin(content.cid()).block();

    assertThat(content.chunks()).allMatch(chunk -> store.holds(chunk.cid()));
    assertThat(store.holds(content.cid())).isTrue();
  }

  @Test
  void aManifestThatHasRottenIsFetchedAnew() {
    hold(content);
    store.rot(content.cid());

    keeping(elsewhere).pin(content.cid()).block();

    assertThat(elsewhere.asked).containsExactly(content.cid());
    assertThat(store.holds(content.cid())).isTrue();
  }

  @Test
  void whereNobodyCanBeAskedItSaysHowMuchLacksAndIsNoRoot() {
    store.put(content.manifest().chunk());
    store.put(content.chunks().get(0));

    assertThatThrownBy(() -> keeping(ChunkSource.NONE).pin(content.cid()).block())
        .isInstanceOf(ContentNotFoundException.class)
        .hasMessageContainingAll(
            "lacks 3 of the 4 chunks", content.chunks().get(1).cid().toString());
    assertThat(keeping(ChunkSource.NONE).roots().block()).isEmpty();
  }

  @Test
  void aChunkThatIsNoManifestIsNoContent() {
    hold(content);
    Cid chunk = content.chunks().get(0).cid();

    assertThatThrownBy(() -> keeping(ChunkSource.NONE).pin(chunk).block())
        .isInstanceOf(InvalidManifestException.class);
    assertThat(keeping(ChunkSource.NONE).roots().block()).isEmpty();
  }

  @Test
  void aChunkThatComesTwiceInAContentIsFetchedOnce() {
    Chunk whole = content.chunks().get(0);
    byte[] twice = new byte[2 * Chunk.MAX_BYTES];
    System.arraycopy(content.bytes(), 0, twice, 0, Chunk.MAX_BYTES);
    System.arraycopy(content.bytes(), 0, twice, Chunk.MAX_BYTES, Chunk.MAX_BYTES);
    TestContent repeated =
        new TestContent(
            twice, List.of(whole, whole), TestContent.manifest(List.of(whole, whole), twice));
    Elsewhere others = new Elsewhere(repeated);

    keeping(others).pin(repeated.cid()).block();

    assertThat(others.asked).containsExactly(repeated.cid(), whole.cid());
  }

  @Test
  void whatIsReleasedIsNoRoot() {
    hold(content);
    Keeping keeping = keeping(ChunkSource.NONE);
    keeping.pin(content.cid()).block();

    assertThat(keeping.unpin(content.cid()).block()).isTrue();

    assertThat(keeping.roots().block()).isEmpty();
    assertThat(keeping.unpin(content.cid()).block()).isFalse();
  }
}
