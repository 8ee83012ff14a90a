package io.echonet.dds.benchmarks;

import io.echonet.dds.Published;
import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.Manifest;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A node that publishes and deletes at random until it is killed, and says what it has done: {@code
 * published CID} when that has completed, {@code deleting CID} before it begins.
 */
final class CrashingNode {
  static final String COMMAND = "crashing-node";

  private static final int AT_ONCE = 4;

  /** So that what each kill has to be followed by, the reading of all, does not grow with them. */
  private static final int DELETIONS_PERCENT = 45;

  private static final int MAX_CHUNKS = 12;
  private static final int SOME_BYTES = 100_000;

  private final OfflineNode node;
  private final RandomContent content;
  private final Random random;
  private final AtomicInteger places = new AtomicInteger();
  private final List<Cid> published = Collections.synchronizedList(new ArrayList<>());

  private CrashingNode(OfflineNode node, long seed) {
    this.node = node;
    this.content = new RandomContent(seed);
    this.random = new Random(seed);
  }

  /** Options: kind of store, its folder, seed. */
  static void run(String[] options) {
    StoreKind kind = StoreKind.valueOf(options[0].toUpperCase(Locale.ROOT));
    try (OfflineNode node = new OfflineNode(kind.open(Path.of(options[1])))) {
      say("open");
      new CrashingNode(node, Long.parseLong(options[2])).goOn().block();
    }
  }

  private Mono<Void> goOn() {
    return Flux.<Mono<Void>>generate(
            sink -> sink.next(random.nextInt(100) < DELETIONS_PERCENT ? delete() : publish()))
        .flatMap(step -> step.subscribeOn(Schedulers.boundedElastic()), AT_ONCE, 1)
        .then();
  }

  private Mono<Void> publish() {
    int chunks = random.nextInt(MAX_CHUNKS);
    int first = places.getAndAdd(chunks + 1);
    Flux<ByteBuffer> tail = Flux.just(ByteBuffer.wrap(content.chunk(first + chunks, SOME_BYTES)));
    return node.publish(content.chunks(first, chunks).concatWith(tail))
        .map(Published::cid)
        .doOnNext(
            cid -> {
              say("published " + cid);
              published.add(cid); // Only now may it be deleted, and that be said.
            })
        .then();
  }

  /** Chunk by chunk, as whoever collects garbage does. */
  private Mono<Void> delete() {
    if (published.isEmpty()) {
      return Mono.empty();
    }
    Cid cid = published.remove(random.nextInt(published.size()));
    say("deleting " + cid);
    return node.store()
        .retrieve(cid)
        .map(CrashingNode::chunksOf)
        .flatMapMany(Flux::fromIterable)
        .concatWithValues(cid)
        .flatMap(node.store()::delete, AT_ONCE, 1)
        .then();
  }

  private static List<Cid> chunksOf(Chunk manifest) {
    return Objects.requireNonNull(Manifest.decode(manifest)).chunkCids();
  }

  /** One write a line, so that the parent never sees half of one. */
  private static synchronized void say(String line) {
    System.out.print(line + "\n");
    System.out.flush();
  }
}
