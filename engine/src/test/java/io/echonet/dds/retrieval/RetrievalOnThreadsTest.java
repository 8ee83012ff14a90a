package io.echonet.dds.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.cache.CacheConfig;
import io.echonet.dds.cache.ChunkCache;
import io.echonet.dds.chunker.HashingScheduler;
import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.ContentNotFoundException;
import io.echonet.dds.content.Sha256;
import io.echonet.dds.network.NetworkConfig;
import io.echonet.dds.testing.TestContent;
import io.echonet.dds.testing.TestNetwork;
import io.echonet.dds.testing.TestNode;
import io.echonet.dds.transport.testing.Await;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Retrievals on real threads: what virtual time cannot show. */
class RetrievalOnThreadsTest {
  private static final int CHUNKS = 24;

  private final Scheduler loop = Schedulers.newSingle("network", true);
  private final Scheduler hashing = HashingScheduler.create(3);
  private final TestNetwork network = new TestNetwork(loop, hashing);
  private final TestNode asker = network.newNode();
  private final TestContent content = TestContent.random(1, (CHUNKS - 1) * Chunk.MAX_BYTES + 1_000);

  @AfterEach
  void close() {
    Await.until("no stream is left", () -> network.openStreams() == 0);
    Await.until("no walk is left", () -> network.routing().walking() == 0);
    network.close().block(Await.TIMEOUT);
    loop.dispose();
    hashing.dispose();
  }

  private Mono<Retrieval> open() {
    return open(RetrievalConfig.defaults());
  }

  private Mono<Retrieval> open(RetrievalConfig config) {
    return Retriever.of(
            asker.store(),
            asker.service(),
            asker.discovery(),
            config,
            ChunkCache.of(CacheConfig.NONE, Schedulers.parallel()),
            hashing,
            Schedulers.parallel(),
            new Random(1))
        .open(content.cid());
  }

  @Test
  void theEndOfWaitingForTheManifestIsNotToldByTheTimer() {
    AtomicReference<String> thread = new AtomicReference<>("");
    open(RetrievalConfig.defaults().withTimeout(Duration.ofMillis(50)))
        .doOnError(error -> thread.set(Thread.currentThread().getName()))
        .onErrorResume(ContentNotFoundException.class, error -> Mono.empty())
        .block(Await.TIMEOUT);
    assertThat(thread.get()).isNotEmpty().doesNotStartWith("parallel");
  }

  @Test
  void manyReadersSideBySideGetWhatWasPublished() {
    content.putInto(
        network.newNode(),
        network.newNode(NetworkConfig.defaults().withMaxInboundRequests(20, 20)),
        network.newNode());
    byte[] expected = Sha256.digest(ByteBuffer.wrap(content.bytes()));
    Flux.range(0, 12)
        .flatMap(
            i ->
                open()
                    .flatMap(retrieval -> TestContent.join(retrieval.bytes()))
                    .map(bytes -> Sha256.digest(ByteBuffer.wrap(bytes))),
            4,
            1)
        .doOnNext(digest -> assertThat(digest).isEqualTo(expected))
        .count()
        .doOnNext(count -> assertThat(count).isEqualTo(12))
        .block(Await.TIMEOUT);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void readersThatLeaveAtAnyTimeLeaveNothing(long seed) {
    content.putInto(network.newNode(), network.newNode());
    Random random = new Random(seed);
    AtomicInteger whole = new AtomicInteger();
    Flux.range(0, 40)
        .map(i -> random.nextInt(CHUNKS + 1))
        .flatMap(
            chunks ->
                open()
                    .flatMapMany(Retrieval::bytes)
                    .take(chunks)
                    .take(Duration.ofMillis(5 + random.nextInt(100)))
                    .count()
                    .doOnNext(count -> whole.addAndGet(count == CHUNKS ? 1 : 0)),
            5,
            1)
        .blockLast(Await.TIMEOUT);
    assertThat(whole.get()).isLessThan(40);
  }

  @Test
  void buffersArriveOnTheHashingThreadsWhoeverAsksForThem() {
    content.putInto(asker);
    Retrieval retrieval = Objects.requireNonNull(open().block(Await.TIMEOUT));
    retrieval
        .bytes()
        .doOnNext(buffer -> assertThat(Thread.currentThread().getName()).startsWith("dds-hash-"))
        .limitRate(1)
        .blockLast(Await.TIMEOUT);
  }
}
