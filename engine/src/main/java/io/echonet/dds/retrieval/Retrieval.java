package io.echonet.dds.retrieval;

import io.echonet.dds.cache.ChunkCache;
import io.echonet.dds.content.ByteRange;
import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.storage.StorageProvider;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** A content whose manifest is here; its bytes are streamed anew for every subscriber. */
public final class Retrieval {
  /** What the step that hashes the whole has before it, so that it does not wait for each chunk. */
  private static final int READY_CHUNKS = 2;

  private final Manifest manifest;
  private final StorageProvider store;
  private final Session session;
  private final RetrievalConfig config;
  private final ChunkCache cache;
  private final WindowShares shares;
  private final Scheduler hashing;
  private final LongAdder bytesFromCache = new LongAdder();
  private final LongAdder bytesFromStore = new LongAdder();
  private final LongAdder bytesDelivered = new LongAdder();

  Retrieval(
      Manifest manifest,
      StorageProvider store,
      Session session,
      RetrievalConfig config,
      ChunkCache cache,
      WindowShares shares,
      Scheduler hashing) {
    this.manifest = manifest;
    this.store = store;
    this.session = session;
    this.config = config;
    this.cache = cache;
    this.shares = shares;
    this.hashing = hashing;
  }

  public Manifest manifest() {
    return manifest;
  }

  /** The content in order, verified; see {@code Content.bytes()}, which this is. */
  public Flux<ByteBuffer> bytes() {
    return read(0, manifest.chunkCids().size(), () -> new WholeContent(manifest));
  }

  /**
   * A part of the content; see {@code Content.bytes(long, long)}, which this is.
   *
   * @throws IllegalArgumentException where the content has not all of {@code range}
   */
  public Flux<ByteBuffer> bytes(ByteRange range) {
    if (range.within(manifest.size()).length() == manifest.size()) {
      return bytes();
    }
    int first = range.firstChunk();
    return read(first, range.lastChunk() - first + 1, () -> new PartOfContent(range));
  }

  private Flux<ByteBuffer> read(int first, int count, Supplier<ChunkStep> newStep) {
    return Flux.defer(
        () -> {
          shares.join();
          Reader reader = new Reader(first + count - 1);
          FetchAhead ahead = new FetchAhead(() -> Math.min(session.windowBytes(), shares.share()));
          ChunkStep step = newStep.get();
          // What is ready to be hashed and taken, and what is under way or waits for something
          // before it.
          int ready = Math.min(READY_CHUNKS, config.maxWindowChunks() - 1);
          return Flux.range(0, count)
              .flatMapSequential(
                  place -> ahead.turn(place).then(chunk(reader, first + place, ahead)),
                  config.maxWindowChunks() - ready,
                  1)
              .publishOn(hashing, ready)
              .<ByteBuffer>handle(
                  (chunk, sink) -> {
                    ByteBuffer bytes = step.take(chunk);
                    ahead.taken();
                    if (bytes.hasRemaining()) {
                      bytesDelivered.add(bytes.remaining());
                      sink.next(bytes);
                    }
                  })
              .doFinally(end -> shares.leave());
        });
  }

  private Mono<Chunk> chunk(Reader reader, int index, FetchAhead ahead) {
    var cid = manifest.chunkCids().get(index);
    return cache
        .held(cid)
        .doOnNext(chunk -> bytesFromCache.add(chunk.size()))
        .switchIfEmpty(
            Retriever.held(store, cid).doOnNext(chunk -> bytesFromStore.add(chunk.size())))
        .switchIfEmpty(
            cache.chunk(
                cid,
                session.fetch(reader, index, cid, manifest.chunkLength(index)),
                config.patienceWithOthers()))
        .doOnNext(
            chunk -> {
              checkLength(chunk, index);
              ahead.arrived();
            });
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
        session.statistics(),
        bytesFromCache.sum(),
        bytesFromStore.sum(),
        bytesDelivered.sum(),
        session.hedges());
  }
}
