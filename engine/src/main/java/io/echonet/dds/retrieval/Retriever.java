package io.echonet.dds.retrieval;

import io.echonet.dds.cache.ChunkCache;
import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.DdsException;
import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.content.InvalidManifestException;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.discovery.Discovery;
import io.echonet.dds.network.NetworkService;
import io.echonet.dds.storage.StorageProvider;
import java.util.List;
import java.util.Random;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Finds the manifests of contents and opens them for reading. */
public final class Retriever {
  private final StorageProvider store;
  private final NetworkService network;
  private final Discovery discovery;
  private final RetrievalConfig config;
  private final ChunkCache cache;
  private final Scheduler hashing;
  private final Scheduler timer;
  private final PeerMemory memory;
  private final WindowShares shares;

  private Retriever(
      StorageProvider store,
      NetworkService network,
      Discovery discovery,
      RetrievalConfig config,
      ChunkCache cache,
      Scheduler hashing,
      Scheduler timer,
      Random random) {
    this.store = store;
    this.network = network;
    this.discovery = discovery;
    this.config = config;
    this.cache = cache;
    this.hashing = hashing;
    this.timer = timer;
    this.memory = new PeerMemory(config, timer, random);
    this.shares = new WindowShares(config.totalWindowBytes());
  }

  /**
   * A retriever that looks into {@code store} before it asks others.
   *
   * @param cache where what is fetched is kept for others, and looked for before it is fetched
   * @param hashing where whole contents are hashed and handed to their readers
   * @param timer where timeouts are kept and searches are started
   * @param random spreads the times at which busy peers are asked again
   */
  public static Retriever of(
      StorageProvider store,
      NetworkService network,
      Discovery discovery,
      RetrievalConfig config,
      ChunkCache cache,
      Scheduler hashing,
      Scheduler timer,
      Random random) {
    return new Retriever(store, network, discovery, config, cache, hashing, timer, random);
  }

  /**
   * The content named {@code cid}: its manifest is here, verified and valid; no chunk has been
   * asked for.
   *
   * <p>Errors: {@link io.echonet.dds.content.ContentNotFoundException}, {@link
   * io.echonet.dds.content.ContentUnavailableException}, {@link IntegrityException}, {@link
   * InvalidManifestException}.
   */
  public Mono<Retrieval> open(Cid cid) {
    return Mono.defer(
        () -> {
          Session session = new Session(cid, network, discovery, config, memory, timer);
          return cache
              .held(cid)
              .switchIfEmpty(held(store, cid))
              .switchIfEmpty(
                  cache
                      .manifest(cid, session.fetchManifest(cid), config.patienceWithOthers())
                      // Not on the timer's thread, as the end of waiting would be.
                      .publishOn(hashing))
              .map(
                  chunk ->
                      new Retrieval(
                          Manifest.decode(chunk), store, session, config, cache, shares, hashing));
        });
  }

  /**
   * The chunk or manifest named {@code cid} from others, whatever is held here.
   *
   * <p>Errors: those of {@link #open}.
   */
  public Mono<Chunk> fetch(Cid cid) {
    return Mono.defer(
        () -> new Session(cid, network, discovery, config, memory, timer).fetchManifest(cid));
  }

  /**
   * The chunks of {@code manifest} at {@code places} from others, whatever is held here: in any
   * order, {@code parallel} at once.
   *
   * <p>Errors: those of {@code Content.bytes()}, for the first that can't be had.
   */
  public Flux<Chunk> fetch(Manifest manifest, List<Integer> places, int parallel) {
    return Flux.defer(
        () -> {
          Session session = new Session(manifest.cid(), network, discovery, config, memory, timer);
          Reader reader = new Reader(places.get(places.size() - 1));
          return Flux.fromIterable(places)
              .flatMap(
                  place ->
                      session.fetch(
                          reader,
                          place,
                          manifest.chunkCids().get(place),
                          manifest.chunkLength(place)),
                  parallel,
                  1);
        });
  }

  /** What this node holds; where that can't be read others may have it. */
  static Mono<Chunk> held(StorageProvider store, Cid cid) {
    return store.retrieve(cid).onErrorResume(DdsException.class, error -> Mono.empty());
  }
}
