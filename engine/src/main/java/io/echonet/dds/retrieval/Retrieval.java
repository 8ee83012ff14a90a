package io.echonet.dds.retrieval;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.storage.StorageProvider;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A content whose manifest is here; its bytes are streamed anew for every subscriber. */
public final class Retrieval {
  private final Manifest manifest;
  private final StorageProvider store;
  private final Session session;
  private final RetrievalConfig config;
  private final LongAdder bytesFromStore = new LongAdder();
  private final LongAdder bytesDelivered = new LongAdder();

  Retrieval(Manifest manifest, StorageProvider store, Session session, RetrievalConfig config) {
    this.manifest = manifest;
    this.store = store;
    this.session = session;
    this.config = config;
  }

  public Manifest manifest() {
    return manifest;
  }

  /** The content in order, verified; see {@code Content.bytes()}, which this is. */
  public Flux<ByteBuffer> bytes() {
    return Flux.defer(
        () -> {
          Reader reader = new Reader();
          WholeContent whole = new WholeContent(manifest);
          // At most a window of chunks is under way or waits to be emitted: the next one is begun
          // when the first of them has been taken.
          return Flux.range(0, manifest.chunkCids().size())
              .flatMapSequential(index -> chunk(reader, index), config.window(), 1)
              .<ByteBuffer>handle(
                  (chunk, sink) -> {
                    whole.add(chunk);
                    if (chunk.size() > 0) {
                      bytesDelivered.add(chunk.size());
                      sink.next(chunk.data());
                    }
                  });
        });
  }

  private Mono<Chunk> chunk(Reader reader, int index) {
    var cid = manifest.chunkCids().get(index);
    return Retriever.held(store, cid)
        .doOnNext(chunk -> bytesFromStore.add(chunk.size()))
        .switchIfEmpty(session.fetch(reader, index, cid))
        .doOnNext(chunk -> checkLength(chunk, index));
  }

  private void checkLength(Chunk chunk, int index) {
    if (chunk.size() != manifest.chunkLength(index)) {
      throw new IntegrityException(
          "chunk "
              + index
              + ", "
              + chunk.cid()
              + ", has "
              + chunk.size()
              + " bytes where its place in "
              + manifest.cid()
              + " asks for "
              + manifest.chunkLength(index));
    }
  }

  public RetrievalStatistics statistics() {
    return new RetrievalStatistics(
        session.statistics(), bytesFromStore.sum(), bytesDelivered.sum());
  }
}
