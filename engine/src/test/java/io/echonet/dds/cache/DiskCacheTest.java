package io.echonet.dds.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.testing.HeapStore;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

class DiskCacheTest {
  private static final int CHUNK = 10_000;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final CacheConfig CONFIG = CacheConfig.NONE.withDiskBytes(10 * CHUNK);

  private final HeapStore store = new HeapStore(Schedulers.immediate());

  private static Chunk chunk(int seed) {
    return chunk(seed, CHUNK);
  }

  private static Chunk chunk(int seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return Chunk.of(bytes);
  }

  private ChunkCache open() {
    return ChunkCache.of(CONFIG, store, Schedulers.immediate());
  }

  private static void fetch(ChunkCache cache, Chunk chunk) {
    assertThat(cache.chunk(chunk.cid(), Mono.just(chunk), PATIENCE).block()).isSameAs(chunk);
  }

  @Test
  void whatWasFetchedIsThereAfterARestart() {
    Chunk chunk = chunk(1);
    fetch(open(), chunk);

    ChunkCache again = open();

    assertThat(again.held(chunk.cid()).block()).isEqualTo(chunk);
    assertThat(again.statistics().diskHits()).isEqualTo(1);
    assertThat(again.statistics().diskBytes()).isEqualTo(CHUNK);
    assertThat(again.held(chunk(2).cid()).block()).isNull();
  }

  @Test
  void noMoreThanItsBytesAreKept() {
    ChunkCache cache = open();
    for (int i = 0; i < 100; i++) {
      fetch(cache, chunk(i));
    }
    assertThat(store.cids()).isNotEmpty().hasSizeLessThanOrEqualTo(10);
    assertThat(cache.statistics().evictions()).isEqualTo(100 - store.cids().size());
    assertThat(cache.statistics().diskBytes()).isEqualTo((long) store.cids().size() * CHUNK);
  }

  @Test
  void whatIsTooMuchForASmallerBoundGoesWhenItIsOpened() {
    for (int i = 0; i < 30; i++) {
      store.put(chunk(i));
    }
    open();
    assertThat(store.cids()).hasSizeLessThanOrEqualTo(10);
  }

  @Test
  void aDiskThatIsFullOrBrokenIsNobodysTrouble() {
    ChunkCache cache = open();
    fetch(cache, chunk(1));
    store.setRoom(1);
    fetch(cache, chunk(2));
    assertThat(cache.statistics().notWritten()).isEqualTo(1);
    store.setBroken(true);
    assertThat(cache.held(chunk(1).cid()).block()).isNull();
  }

  @Test
  void whatRottedIsFetchedAgain() {
    Chunk chunk = chunk(1);
    fetch(open(), chunk);
    store.rot(chunk.cid());
    ChunkCache cache = open();
    assertThat(cache.held(chunk.cid()).block()).isNull();
    fetch(cache, chunk);
    assertThat(open().held(chunk.cid()).block()).isEqualTo(chunk);
  }

  @Test
  void noReaderWaitsForTheDisk() {
    Sinks.Empty<Void> slow = Sinks.empty();
    ChunkCache cache = open();
    store.setGate(slow.asMono());
    for (int i = 0; i < 80; i++) {
      fetch(cache, chunk(i, Chunk.MAX_BYTES));
    }
    assertThat(cache.statistics().notWritten()).isEqualTo(80 - 64);
    slow.tryEmitEmpty();
    fetch(cache, chunk(1000));
    assertThat(cache.statistics().notWritten()).isEqualTo(80 - 64);
  }

  @Test
  void whatIsNoLongerThereIsForgotten() {
    Chunk chunk = chunk(1);
    ChunkCache cache = open();
    fetch(cache, chunk);
    store.delete(chunk.cid()).block();
    assertThat(cache.has(chunk.cid())).isTrue();

    assertThat(cache.held(chunk.cid()).block()).isNull();

    assertThat(cache.has(chunk.cid())).isFalse();
    assertThat(cache.statistics().diskBytes()).isZero();
  }

  @Test
  void aStoreWithACacheHasWhatEitherHas() {
    Chunk stored = chunk(1);
    Chunk cached = chunk(2);
    HeapStore own = new HeapStore(Schedulers.immediate());
    own.put(stored);
    ChunkCache cache =
        ChunkCache.of(CONFIG.withChunkBytes(10 * CHUNK), store, Schedulers.immediate());
    fetch(cache, cached);

    var both = cache.over(own);

    for (Chunk chunk : List.of(stored, cached)) {
      assertThat(both.retrieve(chunk.cid()).block()).isEqualTo(chunk);
      assertThat(both.has(chunk.cid()).block()).isTrue();
    }
    assertThat(both.has(chunk(3).cid()).block()).isFalse();
    assertThat(both.storedCids().collectList().block())
        .containsExactlyInAnyOrder(stored.cid(), cached.cid());
    both.store(chunk(4)).block();
    assertThat(own.holds(chunk(4).cid())).isTrue();
  }
}
