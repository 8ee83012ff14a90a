package io.echonet.dds.keeping;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.storage.Holding;
import io.echonet.dds.storage.StorageFullException;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.memory.InMemoryStore;
import io.echonet.dds.storage.memory.InMemoryStoreConfig;
import io.echonet.dds.testing.TestContent;
import io.echonet.dds.transport.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A store of 40 chunks of 256 KiB, marks at 36 and 20 of them. */
class EvictionTest {
  private static final int ROOM = 40;
  private static final int LOW = 20;

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final StorageProvider bare = store((long) ROOM * Chunk.MAX_BYTES);
  private final Keeper keeper = keeper(bare);
  private final StorageProvider store = keeper.store();

  private static StorageProvider store(long bytes) {
    return InMemoryStore.create(InMemoryStoreConfig.defaults().withMaxBytes(bytes));
  }

  private Keeper keeper(StorageProvider held) {
    KeepingConfig config =
        KeepingConfig.defaults().withQuotaMarks(90, 50).withDeletionsPerSecond(1_000_000);
    return Keeper.of(held, Roots.inMemory(), config, time);
  }

  private static List<Chunk> chunks(long seed, int count) {
    return TestContent.random(seed, count * Chunk.MAX_BYTES).chunks();
  }

  private void store(List<Chunk> chunks) {
    Flux.fromIterable(chunks).concatMap(store::store).blockLast();
  }

  private Set<Cid> held() {
    return Set.copyOf(requireNonNull(bare.storedCids().collectList().block()));
  }

  /** Publishes what fills the store to the last chunk but {@code free}, its manifest apart. */
  private TestContent fill(int free) {
    TestContent kept = TestContent.random(1, (ROOM - 1 - free) * Chunk.MAX_BYTES);
    store(kept.chunks());
    store.store(kept.manifest().chunk()).block();
    keeper.published(kept.cid()).block();
    return kept;
  }

  @Test
  void garbageGivesWayDownToTheLowMarkOnceTheHighOneIsPassed() {
    store(chunks(1, 35));
    assertThat(held()).hasSize(35);

    store(chunks(2, 16));

    assertThat(held().size()).isBetween(LOW, LOW + 16 + 5);
  }

  @Test
  void aBatchThatFindsTheStoreFullMakesRoomForItself() {
    chunks(1, ROOM).forEach(chunk -> bare.store(chunk).block());
    List<Chunk> batch = chunks(2, 10);

    store.storeAll(Flux.fromIterable(batch)).block(Await.TIMEOUT);

    assertThat(held()).containsAll(batch.stream().map(Chunk::cid).toList());
  }

  @Test
  void whatWasUsedLongestAgoGoesFirstAndWhatWasNeverUsedBeforeIt() {
    List<Chunk> fromBefore = chunks(1, 5);
    fromBefore.forEach(chunk -> bare.store(chunk).block());
    List<Chunk> stored = chunks(2, 30);
    store(stored);
    store.retrieve(stored.get(0).cid()).block();

    // The low mark plus what comes on top until that is noticed.
    new Eviction(bare, keeper.collector(), keeper.config(), time).makeRoom().block();

    assertThat(held())
        .hasSize(LOW)
        .doesNotContainAnyElementsOf(fromBefore.stream().map(Chunk::cid).toList())
        .contains(stored.get(0).cid())
        .doesNotContain(stored.get(1).cid(), stored.get(10).cid())
        .containsAll(stored.subList(11, 30).stream().map(Chunk::cid).toList());
  }

  @Test
  void whatIsKeptOrPromisedNeverGivesWayAndReadingGoesOn() {
    TestContent kept = fill(3);
    List<Chunk> promised = chunks(2, 3);
    promised.forEach(chunk -> store.store(chunk, Holding.FOR_OTHERS).block());
    Set<Cid> before = held();

    assertThatThrownBy(() -> store(chunks(3, 1))).isInstanceOf(StorageFullException.class);

    assertThat(held()).isEqualTo(before);
    assertThat(store.retrieve(kept.chunks().get(5).cid()).block()).isNotNull();
  }

  @Test
  void whatIsReleasedGivesWayToWhatIsStoredLater() {
    TestContent kept = fill(0);
    assertThatThrownBy(() -> store(chunks(3, 1))).isInstanceOf(StorageFullException.class);

    keeper.roots().remove(kept.cid()).block();
    time.advanceTimeBy(Duration.ofSeconds(11));
    store(chunks(3, 1));

    assertThat(held()).contains(chunks(3, 1).get(0).cid());
    assertThat(held().size()).isLessThanOrEqualTo(LOW + 2);
  }

  @Test
  void aPublishUnderWayIsNoGarbage() {
    Hold hold = keeper.hold();
    List<Chunk> published = chunks(1, ROOM);
    Flux.fromIterable(published)
        .concatMap(chunk -> hold.protect(chunk.cid()).then(store.store(chunk)))
        .blockLast();
    assertThatThrownBy(() -> store(chunks(2, 1))).isInstanceOf(StorageFullException.class);

    assertThat(held()).containsAll(published.stream().map(Chunk::cid).toList());
  }

  @Test
  void manyThatFindItFullAtOnceAllGetRoom() {
    store(chunks(1, 30));

    Mono.when(chunks(2, 15).stream().map(store::store).toList()).block(Await.TIMEOUT);

    assertThat(held()).containsAll(chunks(2, 15).stream().map(Chunk::cid).toList());
  }

  @Test
  void withoutAQuotaNothingIsTakenBySurprise() {
    StorageProvider unlimited = store(InMemoryStoreConfig.defaults().maxBytes());
    Keeper other = keeper(unlimited);
    byte[] bytes = new byte[1000];
    Random random = new Random(1);
    IntStream.range(0, 100)
        .forEach(
            i -> {
              random.nextBytes(bytes);
              other.store().store(Chunk.of(bytes.clone())).block();
            });

    assertThat(new Eviction(unlimited, other.collector(), other.config(), time).makeRoom().block())
        .isFalse();
    assertThat(unlimited.storedCids().count().block()).isEqualTo(100);
  }

  @Test
  void onlySoManyUsesAreRemembered() {
    Uses uses = new Uses(2);
    List<Cid> cids = chunks(1, 3).stream().map(Chunk::cid).toList();
    cids.forEach(uses::used);

    assertThat(uses.last(cids.get(0))).isEqualTo(Uses.NEVER);
    assertThat(uses.last(cids.get(1))).isLessThan(uses.last(cids.get(2)));
    uses.used(cids.get(1));
    assertThat(uses.last(cids.get(1))).isGreaterThan(uses.last(cids.get(2)));
  }
}
