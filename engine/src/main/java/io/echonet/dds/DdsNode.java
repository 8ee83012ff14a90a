package io.echonet.dds;

import io.echonet.dds.cache.CacheStatistics;
import io.echonet.dds.cache.ChunkCache;
import io.echonet.dds.chunker.Chunker;
import io.echonet.dds.chunker.ChunkerConfig;
import io.echonet.dds.chunker.HashingScheduler;
import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.DdsException;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.discovery.Discovery;
import io.echonet.dds.keeping.ChunkSource;
import io.echonet.dds.keeping.Keeper;
import io.echonet.dds.keeping.Keeping;
import io.echonet.dds.network.NetworkService;
import io.echonet.dds.network.StorePolicy;
import io.echonet.dds.replication.ReplicationManager;
import io.echonet.dds.replication.Replicator;
import io.echonet.dds.retrieval.Retrieval;
import io.echonet.dds.retrieval.Retriever;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.transport.ContentRouting;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.PeerRouting;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The parts of a node, joined. */
final class DdsNode implements Dds {
  private final Discovery discovery;
  private final Replicator replicator;
  private final ChunkCache cache;
  private final Retriever retriever;
  private final Publication publication;
  private final Keeping keeping;
  private final Disposable serving;
  private final Disposable ownThreads;
  private final Sinks.Empty<Void> closed = Sinks.empty();
  private final Mono<Void> end =
      closed.asMono().then(Mono.error(() -> new DdsException("this node has been closed")));

  private DdsNode(
      Host host,
      ContentRouting contentRouting,
      PeerRouting peerRouting,
      Keeper keeper,
      ChunkCache cache,
      DdsConfig config,
      Scheduler hashing,
      Disposable ownThreads,
      Scheduler timer,
      Random random) {
    this.cache = cache;
    this.ownThreads = ownThreads;
    StorageProvider store = keeper.store();
    // What others may find here; that a node keeps what it has read is nobody's business otherwise.
    StorageProvider open = cache.isAnnounced() ? cache.over(store) : store;
    NetworkService network = NetworkService.of(host, config.network(), hashing, timer);
    discovery = Discovery.start(contentRouting, host.peerStore(), open, config.discovery(), timer);
    if (cache.isAnnounced()) {
      cache.whenKept(discovery::announce);
    }
    replicator =
        Replicator.of(
            host, network, discovery, peerRouting, store, config.replication(), timer, random);
    retriever =
        Retriever.of(store, network, discovery, config.retrieval(), cache, hashing, timer, random);
    Chunker chunker = new Chunker(ChunkerConfig.defaults(), hashing);
    publication = new Publication(chunker, keeper, discovery, replicator, config);
    keeping = Keeping.of(keeper, new Others(retriever, discovery));
    StorePolicy policy =
        config.network().acceptStores() ? StorePolicy.ACCEPT_ALL : StorePolicy.REFUSE_ALL;
    try {
      serving = network.serve(open, discovery, policy, replicator);
    } catch (IllegalStateException e) {
      discovery.close().subscribe();
      ownThreads.dispose();
      throw e;
    }
  }

  static DdsNode start(
      Host host,
      ContentRouting contentRouting,
      PeerRouting peerRouting,
      Keeper keeper,
      DdsConfig config) {
    ChunkCache cache = ChunkCache.of(config.cache(), Schedulers.parallel());
    return start(host, contentRouting, peerRouting, keeper, cache, config);
  }

  static DdsNode start(
      Host host,
      ContentRouting contentRouting,
      PeerRouting peerRouting,
      Keeper keeper,
      StorageProvider cacheStore,
      DdsConfig config) {
    ChunkCache cache = ChunkCache.of(config.cache(), cacheStore, Schedulers.parallel());
    return start(host, contentRouting, peerRouting, keeper, cache, config);
  }

  private static DdsNode start(
      Host host,
      ContentRouting contentRouting,
      PeerRouting peerRouting,
      Keeper keeper,
      ChunkCache cache,
      DdsConfig config) {
    Scheduler hashing = HashingScheduler.create(config.hashingThreads());
    return new DdsNode(
        host,
        contentRouting,
        peerRouting,
        keeper,
        cache,
        config,
        hashing,
        hashing,
        Schedulers.parallel(),
        new Random());
  }

  /** With threads, time and chance from outside, which stay the caller's. */
  static DdsNode start(
      Host host,
      ContentRouting contentRouting,
      PeerRouting peerRouting,
      Keeper keeper,
      DdsConfig config,
      Scheduler hashing,
      Scheduler timer,
      Random random) {
    return new DdsNode(
        host,
        contentRouting,
        peerRouting,
        keeper,
        ChunkCache.of(config.cache(), timer),
        config,
        hashing,
        () -> {},
        timer,
        random);
  }

  @Override
  public Mono<Published> publish(Publisher<ByteBuffer> content, PublishOptions options) {
    return publication.publish(content, options).takeUntilOther(end);
  }

  @Override
  public Mono<Content> retrieve(Cid cid) {
    return retriever
        .open(cid)
        .<Content>map(retrieval -> new RetrievedContent(retrieval, end))
        .takeUntilOther(end);
  }

  @Override
  public Mono<Manifest> manifest(Cid cid) {
    return retriever.open(cid).map(Retrieval::manifest).takeUntilOther(end);
  }

  @Override
  public Flux<PeerInfo> providers(Cid cid) {
    return discovery.findProviders(cid).takeUntilOther(end);
  }

  @Override
  public Keeping keeping() {
    return keeping;
  }

  @Override
  public CacheStatistics cache() {
    return cache.statistics();
  }

  @Override
  public ReplicationManager replication() {
    return replicator;
  }

  @Override
  public Mono<Void> close() {
    // What is under way ends before the threads it runs on do.
    return Mono.fromRunnable(
            () -> {
              serving.dispose();
              cache.close();
            })
        .then(replicator.close())
        .then(discovery.close())
        .then(
            Mono.fromRunnable(
                () -> {
                  closed.tryEmitEmpty();
                  ownThreads.dispose();
                }));
  }

  @Override
  public Mono<Void> onClose() {
    return closed.asMono();
  }

  /** What other nodes hold. */
  private record Others(Retriever retriever, Discovery discovery) implements ChunkSource {
    @Override
    public Mono<Chunk> fetch(Cid cid) {
      return retriever.fetch(cid);
    }

    @Override
    public Flux<Chunk> fetch(Manifest manifest, List<Integer> places, int parallel) {
      return retriever.fetch(manifest, places, parallel);
    }

    @Override
    public void stored(Chunk chunk) {
      discovery.announce(chunk);
    }
  }
}
