package io.echonet.dds.chunker;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.ContentSummary;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Cuts content into chunks (PROTOCOL section 1), however its buffers are cut, in one pass that
 * hashes each chunk and the whole.
 *
 * <p>Buffers are direct or heap, of any length, and are copied before {@code onNext} returns: they
 * stay the publisher's, their positions as they were. One is requested at a time.
 */
public final class Chunker {
  private final ChunkerConfig config;
  private final Scheduler hashing;

  /**
   * A chunker that hashes on {@code hashing}, which stays the caller's. Hashing the whole occupies
   * one thread nearly all the time, so threads should take work from one queue, as those of {@link
   * HashingScheduler} do: on {@link reactor.core.scheduler.Schedulers#parallel()} chunks wait in
   * line behind it.
   */
  public Chunker(ChunkerConfig config, Scheduler hashing) {
    this.config = config;
    this.hashing = hashing;
  }

  /**
   * The chunks of {@code content}, in order; empty content has one chunk, of no bytes. Cold. Emits
   * on the hashing scheduler and never more than is requested; reads ahead of demand by no more
   * than the configured bounds. Cancelling cancels {@code content}.
   *
   * <p>Errors: {@link io.echonet.dds.content.ContentTooLargeException} as soon as there are more
   * chunks than a manifest can name; {@code content}'s own as it is.
   */
  public Flux<Chunk> chunks(Publisher<ByteBuffer> content) {
    return Flux.defer(() -> new ChunkingPass().chunks(content, config, hashing));
  }

  /**
   * Hands the chunks of {@code content}, as {@link #chunks} describes them, to {@code sink}, and
   * emits what they add up to once {@code sink} has completed.
   *
   * <p>Errors: {@code sink}'s own; {@link IllegalStateException} where it completed without having
   * read to the end.
   */
  public Mono<ContentSummary> chunk(
      Publisher<ByteBuffer> content, Function<? super Flux<Chunk>, ? extends Publisher<?>> sink) {
    return Mono.defer(
        () -> {
          // A sink may subscribe anew after an error, which begins a pass of its own.
          AtomicReference<ChunkingPass> latest = new AtomicReference<>(new ChunkingPass());
          Flux<Chunk> chunks =
              Flux.defer(
                  () -> {
                    ChunkingPass pass = new ChunkingPass();
                    latest.set(pass);
                    return pass.chunks(content, config, hashing);
                  });
          return Flux.from(sink.apply(chunks))
              .then(Mono.fromSupplier(() -> Objects.requireNonNull(latest.get()).summary()));
        });
  }
}
