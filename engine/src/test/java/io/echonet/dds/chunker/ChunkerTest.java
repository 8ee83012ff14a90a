package io.echonet.dds.chunker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.ContentDetails;
import io.echonet.dds.content.ContentSummary;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.content.Sha256;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class ChunkerTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final ChunkerConfig CONFIG = new ChunkerConfig(3, 2);

  private static final Scheduler HASHING = HashingScheduler.create(3);

  @AfterAll
  static void close() {
    HASHING.dispose();
  }

  private final Chunker chunker = new Chunker(CONFIG, HASHING);

  @Test
  void emptyContentIsOneEmptyChunk() {
    for (Flux<ByteBuffer> content :
        List.of(
            Flux.<ByteBuffer>empty(), Flux.just(ByteBuffer.allocate(0), ByteBuffer.allocate(0)))) {
      assertSplit(new byte[0], content, 1);
    }
  }

  @Test
  void onlyTheLastChunkIsShorter() {
    assertSplit(1, 1, 100);
    assertSplit(Chunk.MAX_BYTES - 1, 1, 100_000);
    assertSplit(Chunk.MAX_BYTES, 1, 100_000);
    assertSplit(Chunk.MAX_BYTES + 1, 2, 100_000);
    assertSplit(3 * Chunk.MAX_BYTES, 3, Chunk.MAX_BYTES);
    assertSplit(3 * Chunk.MAX_BYTES + 5, 4, 2 * Chunk.MAX_BYTES + 1);
  }

  @Test
  void buffersOfOneByteAreRegrouped() {
    assertSplit(Chunk.MAX_BYTES + 1, 2, 1);
  }

  @Test
  void buffersLongerThanManyChunksAreCut() {
    byte[] content = bytes(20 * Chunk.MAX_BYTES + 77, 7);
    for (int first : new int[] {0, 1, 1000, Chunk.MAX_BYTES}) {
      // The second is cut as it is taken, the third finds a chunk begun by it.
      List<ByteBuffer> buffers =
          List.of(
              ByteBuffer.wrap(content, 0, first),
              ByteBuffer.wrap(content, first, content.length - first - 100_000),
              ByteBuffer.wrap(content, content.length - 100_000, 100_000));

      assertSplit(content, Flux.fromIterable(buffers), 21);
      assertSplit(content, Flux.fromIterable(buffers).take(2).concatWithValues(buffers.get(2)), 21);
    }
    assertSplit(bytes(64 << 20, 8), Flux.just(ByteBuffer.wrap(bytes(64 << 20, 8))), 256);
  }

  @Test
  void aLongBufferThatEndsWithItsLastChunkLeavesNothingOver() {
    assertSplit(32 * Chunk.MAX_BYTES, 32, 32 * Chunk.MAX_BYTES);
    assertSplit(40 * Chunk.MAX_BYTES, 40, 20 * Chunk.MAX_BYTES);
  }

  @Test
  void howTheBuffersAreCutMakesNoDifference() {
    Random random = new Random(11);
    for (int round = 0; round < 20; round++) {
      byte[] content = bytes(random.nextInt(3_000_000), round);
      List<ByteBuffer> buffers = new ArrayList<>();
      List<Integer> lengths = new ArrayList<>();
      for (int at = 0; at < content.length; ) {
        int length = Math.min(content.length - at, random.nextInt(1 << random.nextInt(1, 21)));
        buffers.add(buffer(content, at, length, random.nextInt(4)));
        lengths.add(length);
        at += length;
      }
      int chunks = Math.max(1, (content.length + Chunk.MAX_BYTES - 1) / Chunk.MAX_BYTES);

      assertSplit(content, Flux.fromIterable(buffers), chunks);
      assertThat(buffers).extracting(ByteBuffer::remaining).isEqualTo(lengths);
    }
  }

  private static ByteBuffer buffer(byte[] content, int at, int length, int kind) {
    ByteBuffer heap = ByteBuffer.wrap(content, at, length);
    return switch (kind) {
      case 0 -> heap;
      case 1 -> heap.slice();
      case 2 -> heap.asReadOnlyBuffer();
      default -> ByteBuffer.allocateDirect(length).put(heap).flip();
    };
  }

  @Test
  void aPublisherMayReuseItsBufferOnceOnNextReturns() {
    byte[] content = bytes(10_000_000, 3);
    for (int length : new int[] {1000, 300_000, 5_000_000}) {
      ByteBuffer reused = ByteBuffer.allocate(length);
      Flux<ByteBuffer> source =
          Flux.range(0, content.length / length)
              .map(i -> reused.clear().put(content, i * length, length).flip());

      List<Chunk> chunks =
          await(
              chunker
                  .chunks(subscriber -> source.subscribe(new Clearing(subscriber, reused.array())))
                  .collectList());
      assertThat(join(chunks)).isEqualTo(Arrays.copyOf(content, content.length / length * length));
    }
  }

  @Test
  void nothingIsEmittedBeyondWhatWasRequested() {
    StepVerifier.create(chunker.chunks(content(10, 5).hide()), 0)
        .expectSubscription()
        .expectNoEvent(Duration.ofMillis(50))
        .thenRequest(1)
        .expectNextCount(1)
        .expectNoEvent(Duration.ofMillis(50))
        .thenRequest(2)
        .expectNextCount(2)
        .expectNoEvent(Duration.ofMillis(50))
        .thenRequest(Long.MAX_VALUE)
        .expectNextCount(7)
        .expectComplete()
        .verify(TIMEOUT);
  }

  @Test
  void readsAheadOfDemandWithinItsBounds() {
    AtomicInteger taken = new AtomicInteger();
    Flux<ByteBuffer> endless =
        Flux.generate(
            sink -> {
              taken.incrementAndGet();
              sink.next(ByteBuffer.allocate(Chunk.MAX_BYTES));
            });
    int bound = CONFIG.parallelHashes() + CONFIG.readAheadChunks() + 1;

    StepVerifier.create(chunker.chunks(endless), 0)
        .thenRequest(10)
        .expectNextCount(10)
        .expectNoEvent(Duration.ofMillis(100))
        .then(() -> assertThat(taken.get()).isBetween(10, 10 + bound))
        .thenCancel()
        .verify(TIMEOUT);
  }

  @Test
  void oneBufferIsRequestedAtATime() {
    AtomicLong most = new AtomicLong();
    AtomicLong outstanding = new AtomicLong();
    Flux<ByteBuffer> source =
        content(20, 5)
            .doOnNext(buffer -> outstanding.decrementAndGet())
            .doOnRequest(n -> most.accumulateAndGet(outstanding.addAndGet(n), Math::max));

    StepVerifier.create(chunker.chunks(source))
        .expectNextCount(20)
        .expectComplete()
        .verify(TIMEOUT);
    assertThat(most).hasValue(1);
  }

  @Test
  void cancellingCancelsTheSource() {
    TestPublisher<ByteBuffer> source = TestPublisher.create();

    StepVerifier.create(chunker.chunks(source))
        .then(() -> source.next(ByteBuffer.allocate(Chunk.MAX_BYTES)))
        .expectNextCount(1)
        .thenCancel()
        .verify(TIMEOUT);
    source.assertCancelled();
  }

  @Test
  void aSourceThatFailsFailsTheChunks() {
    StepVerifier.create(
            chunker.chunks(
                content(1, 5).concatWith(Mono.error(new IllegalStateException("disk on fire")))))
        .thenConsumeWhile(chunk -> true)
        .expectErrorMessage("disk on fire")
        .verify(TIMEOUT);
  }

  @Test
  void chunksAreHashedSeveralAtOnceAndKeepTheirOrder() {
    List<Runnable> waiting = new ArrayList<>();
    List<Cid> emitted = new ArrayList<>();
    int most = 0;
    Disposable running =
        new Chunker(CONFIG, Schedulers.fromExecutor(waiting::add))
            .chunks(content(30, 5))
            .map(Chunk::cid)
            .subscribe(emitted::add);
    while (!waiting.isEmpty()) {
      most = Math.max(most, waiting.size());
      // The newest first, as if the oldest took longest.
      waiting.remove(waiting.size() - 1).run();
    }

    assertThat(running.isDisposed()).isTrue();
    assertThat(most).isGreaterThanOrEqualTo(CONFIG.parallelHashes());
    assertThat(emitted).isEqualTo(await(content(30, 5).map(Cid::hash).collectList()));
  }

  @Test
  void emitsOnTheHashingThreads() {
    assertThat(
            chunker
                .chunks(content(3, 5))
                .map(chunk -> Thread.currentThread().getName())
                .collectList()
                .block(TIMEOUT))
        .allMatch(name -> name.startsWith("dds-hash-"));
  }

  @Test
  void aSingleThreadSuffices() {
    Scheduler single = Schedulers.newSingle("one");
    try {
      StepVerifier.create(new Chunker(CONFIG, single).chunks(content(20, 5)))
          .expectNextCount(20)
          .expectComplete()
          .verify(TIMEOUT);
    } finally {
      single.dispose();
    }
  }

  @Test
  void theSummaryMakesAManifest() {
    byte[] content = bytes(700_000, 1);
    Manifest manifest =
        await(
            chunker
                .chunk(Flux.just(ByteBuffer.wrap(content)), chunks -> chunks)
                .map(summary -> Manifest.of(summary, ContentDetails.none())));

    assertThat(manifest.size()).isEqualTo(700_000);
    assertThat(manifest.contentSha256()).isEqualTo(Sha256.digest(ByteBuffer.wrap(content)));
    assertThat(manifest.chunkCids().get(2))
        .isEqualTo(Cid.hash(ByteBuffer.wrap(content, 524_288, 700_000 - 524_288)));
  }

  @Test
  void theSummaryWaitsForTheSink() {
    TestPublisher<Void> sink = TestPublisher.create();

    StepVerifier.create(chunker.chunk(content(2, 5), chunks -> chunks.thenMany(sink.flux())))
        .expectSubscription()
        .expectNoEvent(Duration.ofMillis(50))
        .then(sink::complete)
        .assertNext(summary -> assertThat(summary.chunkCids()).hasSize(2))
        .expectComplete()
        .verify(TIMEOUT);
  }

  @Test
  void aSinkThatStopsEarlyGetsNoSummary() {
    StepVerifier.create(chunker.chunk(content(100, 5), chunks -> chunks.take(3)))
        .expectErrorSatisfies(
            error ->
                assertThatIllegalStateException()
                    .isThrownBy(
                        () -> {
                          throw error;
                        })
                    .withMessageContaining("not read to its end"))
        .verify(TIMEOUT);
  }

  @Test
  void aSinkThatFailsFailsTheSummaryAndCancelsTheSource() {
    TestPublisher<ByteBuffer> source = TestPublisher.create();

    StepVerifier.create(
            chunker.chunk(
                source,
                chunks -> chunks.concatMap(chunk -> Mono.error(new IllegalStateException("full")))))
        .then(() -> source.next(ByteBuffer.allocate(Chunk.MAX_BYTES)))
        .expectErrorMessage("full")
        .verify(TIMEOUT);
    source.assertCancelled();
  }

  @Test
  void everySubscriptionIsAPassOfItsOwn() {
    Mono<ContentSummary> summary = chunker.chunk(content(3, 5), chunks -> chunks);
    Flux<Chunk> chunks = chunker.chunks(content(3, 5));

    assertThat(List.of(await(summary).size(), await(summary).size()))
        .containsOnly(3L * Chunk.MAX_BYTES);
    assertThat(chunks.count().block(TIMEOUT)).isEqualTo(chunks.count().block(TIMEOUT));
  }

  @Test
  void aSinkMayStartAnew() {
    AtomicInteger attempts = new AtomicInteger();
    Mono<ContentSummary> summary =
        chunker.chunk(
            content(3, 5),
            chunks ->
                chunks
                    .doOnNext(
                        chunk -> {
                          if (attempts.incrementAndGet() == 2) {
                            throw new IllegalStateException("once");
                          }
                        })
                    .retry(1));

    assertThat(await(summary).chunkCids()).hasSize(3);
  }

  @Test
  void boundsOutsideTheirRangeAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new ChunkerConfig(0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new ChunkerConfig(1, 1025));
    assertThat(ChunkerConfig.defaults().withParallelHashes(7).withReadAheadChunks(9))
        .isEqualTo(new ChunkerConfig(7, 9));
  }

  private void assertSplit(int size, int chunks, int bufferBytes) {
    byte[] content = bytes(size, size);
    Flux<ByteBuffer> source =
        Flux.range(0, (size + bufferBytes - 1) / bufferBytes)
            .map(
                i ->
                    ByteBuffer.wrap(
                        content, i * bufferBytes, Math.min(bufferBytes, size - i * bufferBytes)));
    assertSplit(content, source, chunks);
  }

  private void assertSplit(byte[] content, Flux<ByteBuffer> source, int expected) {
    List<Chunk> chunks = new ArrayList<>();
    ContentSummary summary = await(chunker.chunk(source, all -> all.doOnNext(chunks::add)));

    assertThat(chunks).hasSize(expected);
    assertThat(chunks.subList(0, expected - 1)).allMatch(chunk -> chunk.size() == Chunk.MAX_BYTES);
    assertThat(Arrays.equals(join(chunks), content)).isTrue();
    assertThat(summary.size()).isEqualTo(content.length);
    assertThat(summary.sha256()).isEqualTo(Sha256.digest(ByteBuffer.wrap(content)));
    assertThat(summary.chunkCids()).isEqualTo(chunks.stream().map(Chunk::cid).toList());
  }

  private static <T> T await(Mono<T> mono) {
    return Objects.requireNonNull(mono.block(TIMEOUT));
  }

  /** Whole chunks, each different. */
  private static Flux<ByteBuffer> content(int chunks, long seed) {
    return Flux.range(0, chunks).map(i -> ByteBuffer.wrap(bytes(Chunk.MAX_BYTES, seed + i)));
  }

  private static byte[] join(List<Chunk> chunks) {
    ByteBuffer joined = ByteBuffer.allocate(chunks.stream().mapToInt(Chunk::size).sum());
    chunks.forEach(chunk -> joined.put(chunk.data()));
    return joined.array();
  }

  private static byte[] bytes(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** Makes {@code array} useless as soon as {@code onNext} has returned. */
  private static final class Clearing extends BaseSubscriber<ByteBuffer> {
    private final Subscriber<? super ByteBuffer> actual;
    private final byte[] array;

    Clearing(Subscriber<? super ByteBuffer> actual, byte[] array) {
      this.actual = actual;
      this.array = array;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
      actual.onSubscribe(subscription);
    }

    @Override
    protected void hookOnNext(ByteBuffer buffer) {
      actual.onNext(buffer);
      Arrays.fill(array, (byte) 0);
    }

    @Override
    protected void hookOnError(Throwable error) {
      actual.onError(error);
    }

    @Override
    protected void hookOnComplete() {
      actual.onComplete();
    }
  }
}
