package io.echonet.dds.keeping;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.ContentNotFoundException;
import io.echonet.dds.content.Manifest;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Where chunks come from that should be here and are not: the network, as far as it can be asked.
 */
public interface ChunkSource {
  /** Nowhere: each is told to be missing. */
  ChunkSource NONE =
      new ChunkSource() {
        @Override
        public Mono<Chunk> fetch(Cid cid) {
          return Mono.error(() -> new ContentNotFoundException(cid + " is not on this node"));
        }

        @Override
        public Flux<Chunk> fetch(Manifest manifest, List<Integer> places, int parallel) {
          return Flux.error(
              () ->
                  new ContentNotFoundException(
                      "this node lacks "
                          + places.size()
                          + " of the "
                          + manifest.chunkCids().size()
                          + " chunks of "
                          + manifest.cid()
                          + ", the first of them "
                          + manifest.chunkCids().get(places.get(0))));
        }

        @Override
        public void stored(Chunk chunk) {}
      };

  /**
   * The chunk or manifest named {@code cid}, verified.
   *
   * <p>Errors: {@link io.echonet.dds.content.DdsException}s that say why nobody gave it.
   */
  Mono<Chunk> fetch(Cid cid);

  /**
   * The chunks of {@code manifest} at {@code places}, in any order, {@code parallel} at once.
   * Errors: likewise, for the first that can't be had.
   */
  Flux<Chunk> fetch(Manifest manifest, List<Integer> places, int parallel);

  /** Told of what was fetched and is now durable. */
  void stored(Chunk chunk);
}
