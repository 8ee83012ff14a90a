package io.echonet.dds;

import io.echonet.dds.chunker.Chunker;
import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.ContentDetails;
import io.echonet.dds.content.ContentSummary;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.discovery.Discovery;
import io.echonet.dds.keeping.Hold;
import io.echonet.dds.keeping.Keeper;
import io.echonet.dds.replication.Replicator;
import io.echonet.dds.replication.Seeding;
import java.nio.ByteBuffer;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The way of a content into the network: cut, stored here, pushed to others, named, announced. */
final class Publication {
  private final Chunker chunker;
  private final Keeper keeper;
  private final Discovery discovery;
  private final Replicator replicator;
  private final DdsConfig config;

  Publication(
      Chunker chunker,
      Keeper keeper,
      Discovery discovery,
      Replicator replicator,
      DdsConfig config) {
    this.chunker = chunker;
    this.keeper = keeper;
    this.discovery = discovery;
    this.replicator = replicator;
    this.config = config;
  }

  Mono<Published> publish(Publisher<ByteBuffer> content, PublishOptions options) {
    ContentDetails details = options.details();
    int copies = options.replication().orElse(config.replication().target());
    return replicator
        .seed(copies - 1, options.targets())
        .flatMap(
            seeding ->
                Mono.using(
                    keeper::hold,
                    hold ->
                        chunker
                            .chunk(content, chunks -> place(chunks, seeding, hold))
                            .flatMap(summary -> finish(summary, details, seeding, hold)),
                    Hold::release));
  }

  /**
   * Each chunk once into the store and, at the same time, to the nodes that are pushed to. A
   * quarter of the window waits for the slowest of them, and the others are on their way: the more
   * of them the store makes durable together, the less often it waits for its disk.
   */
  private Publisher<Void> place(Flux<Chunk> chunks, Seeding seeding, Hold hold) {
    return chunks
        .distinct(Chunk::cid)
        .publish(distinct -> Mono.when(store(distinct, hold), seeding.push(distinct)), waiting());
  }

  private Mono<Void> store(Flux<Chunk> chunks, Hold hold) {
    return chunks.flatMap(chunk -> store(chunk, hold), onTheirWay(), 1).then();
  }

  private int waiting() {
    return Math.max(1, config.publishWindowChunks() / 4);
  }

  private int onTheirWay() {
    return Math.max(1, config.publishWindowChunks() - waiting());
  }

  private Mono<Void> store(Chunk chunk, Hold hold) {
    return hold.protect(chunk.cid())
        .then(keeper.store().store(chunk))
        .then(Mono.fromRunnable(() -> discovery.announce(chunk)));
  }

  private Mono<Published> finish(
      ContentSummary summary, ContentDetails details, Seeding seeding, Hold hold) {
    Manifest manifest = Manifest.of(summary, details);
    return store(manifest.chunk(), hold)
        .then(keeper.published(manifest.cid()))
        .then(seeding.complete(manifest))
        .map(peers -> new Published(manifest.cid(), manifest, peers));
  }
}
