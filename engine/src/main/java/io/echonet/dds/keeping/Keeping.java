package io.echonet.dds.keeping;

import io.echonet.dds.content.Cid;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.storage.StorageProvider;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What a node keeps, as its owner sees it. Methods may be called from any thread; work starts on
 * subscription, and cancelling gives it up at the next chunk. Errors are {@link
 * io.echonet.dds.content.DdsException}s.
 */
public final class Keeping {
  /** As many as keep a processor busy while the disk gives the next. */
  private static final int VERIFIED_AT_ONCE = 2;

  private final Keeper keeper;
  private final Pinning pinning;
  private final Collector collector;
  private final Scrubber scrubber;
  private final Scrubbing scrubbing;

  private Keeping(Keeper keeper, ChunkSource source) {
    this.keeper = keeper;
    this.pinning = new Pinning(keeper, source);
    this.collector = keeper.collector();
    this.scrubber = new Scrubber(keeper, source, pinning);
    this.scrubbing = new Scrubbing(scrubber, keeper.config(), keeper.timer());
  }

  /** What {@code keeper} keeps; {@code source} is asked for what should be here and is not. */
  public static Keeping of(Keeper keeper, ChunkSource source) {
    return new Keeping(keeper, source);
  }

  /** What is here and what of it is free. */
  public StorageProvider store() {
    return keeper.store();
  }

  /**
   * Keeps the content named {@code cid}, of which what is not here is fetched first; answers its
   * manifest once all is durable.
   *
   * <p>Errors: {@link io.echonet.dds.content.ContentNotFoundException} and the others of a
   * retrieval, where a part is not here and can't be fetched; what was fetched stays, to be
   * collected. {@link io.echonet.dds.content.InvalidManifestException} where it is no content.
   */
  public Mono<Manifest> pin(Cid cid) {
    return pinning.pin(cid);
  }

  /** Keeps it no longer, whether it was pinned or published; answers whether it was kept. */
  public Mono<Boolean> unpin(Cid cid) {
    return keeper.roots().remove(cid);
  }

  /**
   * Takes the chunks that no kept content has, at the configured rate, beside everything else that
   * goes on: what is being published or pinned stays. One collection at a time.
   *
   * <p>Errors: {@link io.echonet.dds.content.IntegrityException} where the manifest of a kept
   * content can't be read, before anything is taken.
   *
   * @param replicasToo also what peers asked this node to keep; else that stays
   */
  public Mono<Collected> collect(boolean replicasToo) {
    return collector.collect(replicasToo);
  }

  /** What {@link #collect} would take now. */
  public Mono<Collected> collectable(boolean replicasToo) {
    return collector.count(replicasToo);
  }

  /**
   * Reads and hashes all that is stored, then looks whether what is kept is all there; emits each
   * chunk. What has rotted is taken out of the store.
   *
   * @param repair whether to fetch what has rotted or lacks from others
   */
  public Flux<Checked> verify(boolean repair) {
    return scrubber.pass(Optional.empty(), repair, Optional.empty(), VERIFIED_AT_ONCE);
  }

  /**
   * Does so and repairs at the configured rate, again and again, from where {@code position} says;
   * never completes, and logs what it finds.
   */
  public Mono<Void> scrub(ScrubPosition position) {
    return scrubbing.run(position);
  }

  /** What {@link #scrub} has come to in this process. */
  public ScrubStatistics scrubbed() {
    return scrubbing.statistics();
  }

  /** The contents that are kept, by their names. */
  public Mono<List<Root>> roots() {
    return keeper.roots().all();
  }
}
