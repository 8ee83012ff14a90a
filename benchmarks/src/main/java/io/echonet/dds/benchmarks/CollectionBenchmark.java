package io.echonet.dds.benchmarks;

import io.echonet.dds.Content;
import io.echonet.dds.Published;
import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.ContentDetails;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.content.Sha256;
import io.echonet.dds.keeping.Collected;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * How long readers wait for a chunk while one content is published after the other, before and
 * while half of all chunks are collected.
 */
final class CollectionBenchmark {
  static final String COMMAND = "collection";

  private static final int SMALL = 1024;
  private static final int READERS = 8;
  private static final int CONTENT_CHUNKS = 128;
  private static final Duration BEFORE = Duration.ofSeconds(15);

  private final OfflineNode node;
  private final Queue<Long> latencies = new ConcurrentLinkedQueue<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final AtomicLong published = new AtomicLong();
  private final Sinks.Empty<Void> over = Sinks.empty();

  private CollectionBenchmark(OfflineNode node) {
    this.node = node;
  }

  /** Options: kind of store (segment), chunks of 1 KiB, half of which are garbage (100,000). */
  static void run(String[] options) throws Exception {
    StoreKind kind =
        StoreKind.valueOf((options.length > 0 ? options[0] : "segment").toUpperCase(Locale.ROOT));
    int chunks = options.length > 1 ? Integer.parseInt(options[1]) : 100_000;
    Path folder = Files.createTempDirectory("dds-collection-benchmark");
    try (OfflineNode node = new OfflineNode(kind.open(folder))) {
      System.out.printf(
          Locale.ROOT,
          "%s store, %d chunks, %d readers and a publisher, JDK %s, %d processors%n",
          kind.name().toLowerCase(Locale.ROOT),
          chunks,
          READERS,
          Runtime.version(),
          Runtime.getRuntime().availableProcessors());
      new CollectionBenchmark(node).run(chunks);
    } finally {
      delete(folder);
    }
  }

  private void run(int chunks) {
    keep(smallOnes(1, chunks / 2));
    node.store().storeAll(Flux.fromStream(smallOnes(2, chunks - chunks / 2))).block();
    Published content = publish(3);
    Mono<Void> work =
        Mono.when(
            publishing(),
            Flux.range(0, READERS).flatMap(i -> reading(content.cid()), READERS, 1).then());
    var working = work.toFuture();
    Mono.delay(BEFORE.dividedBy(3)).block(); // To warm up.
    latencies.clear();

    Mono.delay(BEFORE).block();
    report("before", BEFORE);
    long start = System.nanoTime();
    Collected collected = Objects.requireNonNull(node.dds().keeping().collect(false).block());
    report("during", Duration.ofNanos(System.nanoTime() - start));

    over.tryEmitEmpty();
    working.join();
    System.out.printf(
        Locale.ROOT,
        "collected %d chunks, left %d; %d contents published, %d failures%n",
        collected.chunks(),
        collected.chunksLeft(),
        published.get(),
        failures.size());
    failures.forEach(failure -> System.out.println(failure));
  }

  private static Stream<Chunk> smallOnes(long seed, int count) {
    RandomContent content = new RandomContent(seed);
    return IntStream.range(0, count).mapToObj(i -> Chunk.of(content.chunk(i, SMALL)));
  }

  /** Under manifests that promise longer chunks, which nobody will ask for. */
  private void keep(Stream<Chunk> chunks) {
    List<Cid> cids =
        Objects.requireNonNull(
            Flux.fromStream(chunks)
                .buffer(1000)
                .concatMap(
                    some ->
                        node.store()
                            .storeAll(Flux.fromIterable(some))
                            .thenMany(Flux.fromIterable(some).map(Chunk::cid)),
                    1)
                .collectList()
                .block());
    Manifest manifest =
        Manifest.of(
            cids,
            Sha256.digest(ByteBuffer.allocate(0)),
            (long) cids.size() * Chunk.MAX_BYTES,
            ContentDetails.none());
    node.store().store(manifest.chunk()).block();
    node.dds().keeping().pin(manifest.cid()).block();
  }

  private Published publish(long seed) {
    return Objects.requireNonNull(
        node.publish(new RandomContent(seed).chunks(0, CONTENT_CHUNKS)).block());
  }

  /** One content after the other. */
  private Mono<Void> publishing() {
    return Flux.<Long, Long>generate(
            () -> 4L,
            (seed, sink) -> {
              sink.next(seed);
              return seed + 1;
            })
        .concatMap(seed -> node.publish(new RandomContent(seed).chunks(0, CONTENT_CHUNKS)), 1)
        .doOnNext(content -> published.incrementAndGet())
        .takeUntilOther(over.asMono())
        .doOnError(failures::add)
        .onErrorComplete()
        .then();
  }

  private Mono<Void> reading(Cid cid) {
    return node.dds()
        .retrieve(cid)
        .flatMapMany(Content::bytes)
        .transform(this::timed)
        .repeat()
        .takeUntilOther(over.asMono())
        .doOnError(failures::add)
        .onErrorComplete()
        .then();
  }

  /** One chunk at a time, and how long each took to come. */
  private Flux<ByteBuffer> timed(Flux<ByteBuffer> bytes) {
    return Flux.create(
        sink -> {
          BaseSubscriber<ByteBuffer> reader =
              new BaseSubscriber<>() {
                private long asked;

                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                  ask();
                }

                private void ask() {
                  asked = System.nanoTime();
                  request(1);
                }

                @Override
                protected void hookOnNext(ByteBuffer chunk) {
                  latencies.add(System.nanoTime() - asked);
                  ask();
                }

                @Override
                protected void hookOnComplete() {
                  sink.complete();
                }

                @Override
                protected void hookOnError(Throwable failure) {
                  sink.error(failure);
                }
              };
          sink.onDispose(reader);
          bytes.subscribe(reader);
        });
  }

  private void report(String when, Duration time) {
    long[] sorted = latencies.stream().mapToLong(Long::longValue).sorted().toArray();
    latencies.clear();
    System.out.printf(
        Locale.ROOT,
        "%s: %6.1f s, %7d chunks read, %6.0f MB/s; a chunk takes %6.2f ms, p99 %6.2f ms%n",
        when,
        time.toMillis() / 1e3,
        sorted.length,
        sorted.length * (double) Chunk.MAX_BYTES / 1e6 / (time.toMillis() / 1e3),
        at(sorted, 0.5),
        at(sorted, 0.99));
  }

  private static double at(long[] sorted, double part) {
    return sorted.length == 0 ? Double.NaN : sorted[(int) (sorted.length * part)] / 1e6;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
