package io.echonet.dds;

import io.echonet.dds.cache.CacheStatistics;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.keeping.Keeper;
import io.echonet.dds.keeping.Keeping;
import io.echonet.dds.keeping.KeepingConfig;
import io.echonet.dds.keeping.Roots;
import io.echonet.dds.replication.ReplicationManager;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.transport.ContentRouting;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.PeerRouting;
import java.nio.ByteBuffer;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A node of a DDS network: it publishes and retrieves content, and keeps, announces and serves
 * chunks for others. Methods may be called from any thread; publishers are cold, and cancelling
 * gives up what was asked for.
 *
 * <p>All errors are {@link io.echonet.dds.content.DdsException}s; wrong arguments are refused
 * eagerly.
 */
public interface Dds {
  /**
   * A node on {@code host} that has begun to serve the DDS protocol and to announce what {@code
   * store} holds, of whose roots none is remembered. Host, routing and store stay the caller's, who
   * closes them after {@link #close()}.
   *
   * @throws IllegalStateException where the host serves the DDS protocol already
   */
  static Dds start(
      Host host,
      ContentRouting contentRouting,
      PeerRouting peerRouting,
      StorageProvider store,
      DdsConfig config) {
    Keeper keeper =
        Keeper.of(store, Roots.inMemory(), KeepingConfig.defaults(), Schedulers.parallel());
    return start(host, contentRouting, peerRouting, keeper, config);
  }

  /**
   * As {@link #start(Host, ContentRouting, PeerRouting, StorageProvider, DdsConfig)} with what
   * {@code keeper} keeps, which outlives this node as its roots and its store do.
   */
  static Dds start(
      Host host,
      ContentRouting contentRouting,
      PeerRouting peerRouting,
      Keeper keeper,
      DdsConfig config) {
    return DdsNode.start(host, contentRouting, peerRouting, keeper, config);
  }

  /**
   * The same, with a cache of fetched chunks on disk as well as in memory.
   *
   * @param cacheStore what the cache keeps, {@link io.echonet.dds.cache.CacheConfig#diskBytes()} of
   *     it; a store for nothing else, the caller's as that of {@code keeper} is
   */
  static Dds start(
      Host host,
      ContentRouting contentRouting,
      PeerRouting peerRouting,
      Keeper keeper,
      StorageProvider cacheStore,
      DdsConfig config) {
    return DdsNode.start(host, contentRouting, peerRouting, keeper, cacheStore, config);
  }

  /**
   * Publishes {@code content}, however its buffers are cut; completes once this node and as many
   * others as asked for hold every chunk and the manifest durably, and the announcement is queued.
   *
   * <p>Takes from {@code content} only as chunks become durable here and on the nodes pushed to:
   * memory is {@link DdsConfig#publishWindowChunks()} chunks. Buffers are read before the next is
   * requested and not kept. Cancelling cancels {@code content}; chunks stored by then stay, without
   * a manifest.
   *
   * <p>Errors: {@link io.echonet.dds.content.TooFewCopiesException} where fewer other nodes
   * confirmed, the content being published on this one all the same; {@link
   * io.echonet.dds.storage.StorageException} where this node can't store; {@link
   * io.echonet.dds.content.DdsException} where the content is too long for one manifest; the
   * publisher's own error as it is.
   *
   * @throws IllegalArgumentException where an option breaks a rule of PROTOCOL section 1, such as a
   *     filename that is no base name
   */
  Mono<Published> publish(Publisher<ByteBuffer> content, PublishOptions options);

  /**
   * The content named {@code cid}: its manifest from this node's store or else from whoever is
   * found to hold it, verified and valid before any chunk is asked for.
   *
   * <p>Errors: as {@link #manifest}.
   */
  Mono<Content> retrieve(Cid cid);

  /**
   * The manifest named {@code cid}, from this node's store or else from the network, where the
   * search goes on until the retrieval timeout.
   *
   * <p>Errors: {@link io.echonet.dds.content.ContentNotFoundException} where nobody was found that
   * holds it; {@link io.echonet.dds.content.ContentUnavailableException} where holders were found
   * but none delivered; {@link io.echonet.dds.content.IntegrityException} where all that was
   * offered had another hash; {@link io.echonet.dds.content.InvalidManifestException} where it
   * breaks a rule of PROTOCOL section 1.
   */
  Mono<Manifest> manifest(Cid cid);

  /**
   * Searches the network for nodes, this one excepted, that hold {@code cid}, a chunk's or
   * manifest's; each is emitted once, as found. One walk; completes when it ends, empty where
   * nobody holds it.
   */
  Flux<PeerInfo> providers(Cid cid);

  /** What the cache of fetched chunks and manifests has done so far. */
  CacheStatistics cache();

  /** Which contents this node keeps, and what becomes of the chunks of others. */
  Keeping keeping();

  /** Keeps up the number of copies, on request. */
  ReplicationManager replication();

  /**
   * Stops serving, announcing and replicating and gives up what is under way. Idempotent. Host and
   * store are left open.
   */
  Mono<Void> close();

  /** Completes when this node has closed. */
  Mono<Void> onClose();
}
