package io.echonet.dds;

import io.echonet.dds.chunker.Chunker;
import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.ContentDetails;
import io.echonet.dds.content.ContentSummary;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.discovery.Discovery;
import io.echonet.dds.replication.Replicator;
import io.echonet.dds.replication.Seeding;
import io.echonet.dds.storage.StorageProvider;
import java.nio.ByteBuffer;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The way of a content into the network: cut, stored here, pushed to others, named, announced. */
final class Publication {
  private final Chunker chunker;
  private final StorageProvider store;
  private final Discovery discovery;
  private final Replicator replicator;
  private final DdsConfig config;

  Publication(
      Chunker chunker,
      StorageProvider store,
      Discovery discovery,
      Replicator replicator,
      DdsConfig config) {
    this.chunker = chunker;
    this.store = store;
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
                chunker
                    .chunk(content, chunks -> place(chunks, seeding))
                    .flatMap(summary -> finish(summary, details, seeding)));
  }

  /**
   * Each chunk once into the store and, at the same time, to the nodes that are pushed to. Half of
   * the window waits for the slowest of them, half is on its way.
   */
  private Publisher<Void> place(Flux<Chunk> chunks, Seeding seeding) {
    return chunks
        .distinct(Chunk::cid)
        .publish(distinct -> Mono.when(store(distinct), seeding.push(distinct)), halfWindow());
  }

  private Mono<Void> store(Flux<Chunk> chunks) {
    return chunks.flatMap(this::store, halfWindow(), 1).then();
  }

  private int halfWindow() {
    return Math.max(1, config.publishWindowChunks() / 2);
  }

  private Mono<Void> store(Chunk chunk) {
    return store.store(chunk).then(Mono.fromRunnable(() -> discovery.announce(chunk)));
  }

  private Mono<Published> finish(ContentSummary summary, ContentDetails details, Seeding seeding) {
    Manifest manifest = Manifest.of(summary, details);
    return store(manifest.chunk())
        .then(seeding.complete(manifest))
        .map(peers -> new Published(manifest.cid(), manifest, peers));
  }
}
