package io.echonet.dds.keeping;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.ContentNotFoundException;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.keeping.Checked.Outcome;
import io.echonet.dds.storage.Holding;
import io.echonet.dds.testing.HeapStore;
import io.echonet.dds.testing.TestContent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class ScrubberTest {
  private final HeapStore store = new HeapStore(Schedulers.boundedElastic());
  private final Keeper keeper = keeper(KeepingConfig.defaults());
  private final Others others = new Others(new HashMap<>());
  private final TestContent content = TestContent.random(1, 3 * Chunk.MAX_BYTES + 5);

  private Keeper keeper(KeepingConfig config) {
    return Keeper.of(store, Roots.inMemory(), config, Schedulers.parallel());
  }

  /** Whoever else holds something. */
  private record Others(Map<Cid, Chunk> chunks) implements ChunkSource {
    @Override
    public Mono<Chunk> fetch(Cid cid) {
      return Mono.justOrEmpty(chunks.get(cid))
          .switchIfEmpty(Mono.error(() -> new ContentNotFoundException("nobody has " + cid)));
    }

    @Override
    public Flux<Chunk> fetch(Manifest manifest, List<Integer> places, int parallel) {
      return Flux.error(new AssertionError("not asked for"));
    }

    @Override
    public void stored(Chunk chunk) {}
  }

  private Scrubber scrubber() {
    Pinning pinning = new Pinning(keeper, others);
    return new Scrubber(keeper, others, pinning, 3);
  }

  private List<Checked> pass(Optional<Cid> after, boolean repair) {
    return requireNonNull(
        scrubber().pass(after, repair, Optional.empty(), 2).collectList().block());
  }

  private List<Checked> bad(boolean repair) {
    return pass(Optional.empty(), repair).stream()
        .filter(checked -> checked.outcome() != Outcome.SOUND)
        .toList();
  }

  private void put(TestContent held) {
    held.chunks().forEach(store::put);
    store.put(held.manifest().chunk());
  }

  private void putSmallOnes(int count) {
    IntStream.range(0, count).forEach(i -> store.put(Chunk.of(new byte[] {(byte) i, 7})));
  }

  @Test
  void everythingIsReadInTheOrderOfTheNames() {
    putSmallOnes(20);

    List<Checked> all = pass(Optional.empty(), false);

    assertThat(all).extracting(Checked::cid).isEqualTo(store.cids());
    assertThat(all).allMatch(checked -> checked.outcome() == Outcome.SOUND);
    assertThat(store.reads()).isEqualTo(20);
  }

  @Test
  void aPassGoesOnBehindWhereAnotherEnded() {
    putSmallOnes(20);

    assertThat(pass(Optional.of(store.cids().get(12)), false))
        .extracting(Checked::cid)
        .isEqualTo(store.cids().subList(13, 20));
    assertThat(pass(Optional.of(store.cids().get(19)), false)).isEmpty();
  }

  @Test
  void rotIsRepairedFromOthersForTheReasonsItWasHeld() {
    put(content);
    Chunk rotten = content.chunks().get(1);
    keeper.store().store(rotten, Holding.FOR_OTHERS).block();
    others.chunks.put(rotten.cid(), rotten);
    store.rot(rotten.cid());

    List<Checked> bad = bad(true);

    assertThat(bad).singleElement().extracting(Checked::outcome).isEqualTo(Outcome.REPAIRED);
    assertThat(store.holds(rotten.cid())).isTrue();
    assertThat(store.holdings(rotten.cid())).containsOnly(Holding.OWN, Holding.FOR_OTHERS);
    assertThat(bad(true)).isEmpty();
  }

  @Test
  void rotIsToldAndTakenOutWhereItIsNotToBeRepaired() {
    put(content);
    Cid rotten = content.chunks().get(1).cid();
    store.rot(rotten);

    assertThat(bad(false))
        .singleElement()
        .satisfies(
            checked -> {
              assertThat(checked.cid()).isEqualTo(rotten);
              assertThat(checked.outcome()).isEqualTo(Outcome.LOST);
              assertThat(checked.reason()).contains(rotten.toString());
            });
    assertThat(store.holds(rotten)).isFalse();
  }

  @Test
  void whatNobodyHasIsLostAndSaysWhy() {
    put(content);
    keeper.published(content.cid()).block();
    store.rot(content.chunks().get(0).cid());

    assertThat(bad(true))
        .singleElement()
        .satisfies(
            checked -> {
              assertThat(checked.outcome()).isEqualTo(Outcome.LOST);
              assertThat(checked.reason()).contains("rotted", "nobody has");
            });
  }

  @Test
  void whatLacksOfAKeptContentIsFoundAndRepairedLater() {
    put(content);
    keeper.published(content.cid()).block();
    Chunk lost = content.chunks().get(2);
    store.delete(lost.cid()).block();

    assertThat(bad(false))
        .singleElement()
        .satisfies(
            checked -> {
              assertThat(checked.outcome()).isEqualTo(Outcome.LOST);
              assertThat(checked.reason()).contains(lost.cid().toString(), "lacks");
            });

    others.chunks.put(lost.cid(), lost);
    assertThat(bad(true)).singleElement().extracting(Checked::outcome).isEqualTo(Outcome.REPAIRED);
    assertThat(store.holds(lost.cid())).isTrue();
  }

  @Test
  void aKeptContentWithoutItsManifestIsRepairedAsAWhole() {
    keeper.published(content.cid()).block();
    content.chunks().forEach(chunk -> others.chunks.put(chunk.cid(), chunk));
    others.chunks.put(content.cid(), content.manifest().chunk());

    assertThat(bad(true)).hasSize(5).allMatch(checked -> checked.outcome() == Outcome.REPAIRED);

    assertThat(store.cids()).hasSize(5);
    assertThat(bad(true)).isEmpty();
  }

  @Test
  void whatTheDiskDoesNotGiveIsNotTakenForLost() {
    putSmallOnes(3);
    store.setBroken(true);

    assertThat(bad(true)).hasSize(3).allMatch(checked -> checked.outcome() == Outcome.UNREADABLE);

    assertThat(store.cids()).hasSize(3);
  }

  @Test
  void theStatisticsAddUp() {
    ScrubStatistics statistics =
        ScrubStatistics.NONE
            .plus(new Checked(content.cid(), 10, Outcome.SOUND, ""))
            .plus(new Checked(content.cid(), 20, Outcome.REPAIRED, ""))
            .plus(new Checked(content.cid(), 30, Outcome.LOST, ""))
            .plus(new Checked(content.cid(), 0, Outcome.UNREADABLE, ""));

    assertThat(statistics).isEqualTo(new ScrubStatistics(4, 60, 1, 1, 1));
    assertThat(statistics.found()).isEqualTo(2);
    assertThat(statistics.isSound()).isFalse();
  }
}
