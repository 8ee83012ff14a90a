package io.echonet.dds.chunker;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.ContentSummary;
import io.echonet.dds.content.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** One pass over one content: its chunks as they come, and what they add up to. */
final class ChunkingPass {
  /*
   * Three stages that overlap: the source's thread copies, one hashing thread feeds the whole content's digest, piece
   * after piece, and the others hash the chunks. Each stage hands over to the next by reactive signals, which order
   * what the plain fields see.
   */

  private final ChunkCutter cutter = new ChunkCutter();
  private final MessageDigest wholeDigest = Sha256.newDigest();
  private final ContentSummary.Builder summary = new ContentSummary.Builder();
  private boolean complete;

  Flux<Chunk> chunks(Publisher<ByteBuffer> content, ChunkerConfig config, Scheduler hashing) {
    return Flux.from(content)
        .map(cutter::add)
        .concatWith(Mono.fromSupplier(cutter::end))
        .concatMapIterable(pieces -> pieces, 1)
        .publishOn(hashing, config.readAheadChunks())
        .doOnNext(wholeDigest::update)
        .flatMapSequential(
            piece -> Mono.fromCallable(() -> Chunk.of(piece)).subscribeOn(hashing),
            config.parallelHashes(),
            1)
        .doOnNext(summary::add)
        .doOnComplete(() -> complete = true);
  }

  ContentSummary summary() {
    if (!complete) {
      throw new IllegalStateException("the content was not read to its end");
    }
    return summary.build(wholeDigest.digest());
  }
}
