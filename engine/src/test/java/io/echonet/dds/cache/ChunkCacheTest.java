package io.echonet.dds.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.content.Chunk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

class ChunkCacheTest {
  private static final int CHUNK = 10_000;

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final ChunkCache cache =
      ChunkCache.of(CacheConfig.NONE.withChunkBytes(10 * CHUNK).withManifestBytes(2 * CHUNK), time);
  private final AtomicInteger fetches = new AtomicInteger();

  private static Chunk chunk(int seed) {
    byte[] bytes = new byte[CHUNK];
    new Random(seed).nextBytes(bytes);
    return Chunk.of(bytes);
  }

  private static Mono<Chunk> get(ChunkCache from, Chunk chunk, Mono<Chunk> fetch) {
    return from.held(chunk.cid()).switchIfEmpty(from.chunk(chunk.cid(), fetch, PATIENCE));
  }

  private Mono<Chunk> getManifest(Chunk chunk, Mono<Chunk> fetch) {
    return cache.held(chunk.cid()).switchIfEmpty(cache.manifest(chunk.cid(), fetch, PATIENCE));
  }

  private Mono<Chunk> fetch(Chunk chunk) {
    return Mono.fromSupplier(
        () -> {
          fetches.incrementAndGet();
          return chunk;
        });
  }

  @Test
  void whatWasFetchedIsNotFetchedAgain() {
    Chunk chunk = chunk(1);
    assertThat(get(cache, chunk, fetch(chunk)).block()).isSameAs(chunk);
    assertThat(get(cache, chunk, fetch(chunk)).block()).isSameAs(chunk);
    assertThat(fetches).hasValue(1);
    assertThat(cache.statistics()).isEqualTo(new CacheStatistics(1, 0, 1, 0, 0, 0, CHUNK, 0));
    assertThat(cache.underWay()).isZero();
  }

  @Test
  void allWhoWantTheSameAtOnceShareOneFetch() {
    Chunk chunk = chunk(1);
    Sinks.One<Chunk> arriving = Sinks.one();
    Mono<Chunk> fetch = arriving.asMono().doOnSubscribe(subscription -> fetches.incrementAndGet());
    List<Chunk> got = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      get(cache, chunk, fetch).subscribe(got::add);
    }
    assertThat(got).isEmpty();
    arriving.tryEmitValue(chunk);
    assertThat(got).hasSize(1_000).allMatch(each -> each == chunk);
    assertThat(fetches).hasValue(1);
    assertThat(cache.statistics().joined()).isEqualTo(999);
  }

  @Test
  void oneWhoLeavesTakesItFromNobody() {
    Chunk chunk = chunk(1);
    TestPublisher<Chunk> fetch = TestPublisher.create();
    List<Chunk> got = new ArrayList<>();
    Disposable first = get(cache, chunk, fetch.mono()).subscribe(got::add);
    get(cache, chunk, fetch.mono()).subscribe(got::add);
    first.dispose();
    fetch.assertNotCancelled();
    fetch.emit(chunk);
    assertThat(got).containsExactly(chunk);
  }

  @Test
  void theFetchIsGivenUpWithTheLastWhoWantsIt() {
    Chunk chunk = chunk(1);
    TestPublisher<Chunk> fetch = TestPublisher.create();
    Disposable first = get(cache, chunk, fetch.mono()).subscribe();
    Disposable second = get(cache, chunk, fetch.mono()).subscribe();
    first.dispose();
    second.dispose();
    fetch.assertCancelled();
    assertThat(cache.underWay()).isZero();
    assertThat(get(cache, chunk, fetch(chunk)).block()).isSameAs(chunk);
  }

  @Test
  void anErrorEndsOnlyTheOneThatBegan() {
    Chunk chunk = chunk(1);
    TestPublisher<Chunk> failing = TestPublisher.create();
    List<Throwable> errors = new ArrayList<>();
    List<Chunk> got = new ArrayList<>();
    get(cache, chunk, failing.mono()).subscribe(none -> {}, errors::add);
    get(cache, chunk, fetch(chunk)).subscribe(got::add, errors::add);
    assertThat(fetches).hasValue(0);
    failing.error(new IllegalStateException("on purpose"));
    assertThat(errors).singleElement().hasToString("java.lang.IllegalStateException: on purpose");
    assertThat(got).containsExactly(chunk);
    assertThat(cache.underWay()).isZero();
    assertThat(get(cache, chunk, fetch(chunk)).block()).isSameAs(chunk);
    assertThat(fetches).hasValue(1);
  }

  @Test
  void nobodyWaitsForAnotherLongerThanItsPatience() {
    Chunk chunk = chunk(1);
    List<Chunk> got = new ArrayList<>();
    get(cache, chunk, Mono.never()).subscribe();
    get(cache, chunk, fetch(chunk)).subscribe(got::add);
    time.advanceTimeBy(PATIENCE.minusMillis(1));
    assertThat(got).isEmpty();
    time.advanceTimeBy(Duration.ofMillis(1));
    assertThat(got).containsExactly(chunk);
  }

  @Test
  void bytesAreBounded() {
    fetchMany();
    assertThat(cache.statistics().bytes()).isPositive().isLessThanOrEqualTo(10 * CHUNK);
    assertThat(cache.statistics().evictions()).isGreaterThanOrEqualTo(90);
  }

  private void fetchMany() {
    for (int i = 0; i < 100; i++) {
      Chunk chunk = chunk(i);
      get(cache, chunk, fetch(chunk)).block();
    }
  }

  @Test
  void chunksDoNotPushManifestsOut() {
    Chunk manifest = chunk(-1);
    getManifest(manifest, fetch(manifest)).block();
    fetchMany();
    int before = fetches.get();
    assertThat(getManifest(manifest, fetch(manifest)).block()).isSameAs(manifest);
    assertThat(fetches).hasValue(before);
  }

  @Test
  void withoutACacheFetchesAreSharedAllTheSame() {
    ChunkCache none = ChunkCache.of(CacheConfig.NONE, time);
    Chunk chunk = chunk(1);
    get(none, chunk, fetch(chunk)).block();
    get(none, chunk, fetch(chunk)).block();
    assertThat(fetches).hasValue(2);
    assertThat(none.statistics().bytes()).isZero();
  }

  @RepeatedTest(20)
  void nothingIsLeftWhoeverComesAndGoesWhen() {
    ChunkCache none = ChunkCache.of(CacheConfig.NONE, Schedulers.parallel());
    List<Chunk> all = List.of(chunk(1), chunk(2), chunk(3));
    Random random = new Random();
    Flux<Integer> wants =
        Flux.range(0, 1_000)
            .flatMap(
                i -> {
                  Chunk chunk = all.get(random.nextInt(all.size()));
                  Mono<Chunk> slow = fetch(chunk).subscribeOn(Schedulers.boundedElastic());
                  Mono<Chunk> wanted =
                      get(none, chunk, slow).subscribeOn(Schedulers.boundedElastic());
                  return random.nextInt(3) == 0
                      ? wanted
                          .takeUntilOther(Mono.just(1).publishOn(Schedulers.boundedElastic()))
                          .thenReturn(0)
                      : wanted.doOnNext(got -> assertThat(got).isSameAs(chunk)).thenReturn(1);
                },
                64);
    StepVerifier.create(wants.then()).expectComplete().verify(Duration.ofSeconds(30));
    assertThat(none.underWay()).isZero();
  }
}
