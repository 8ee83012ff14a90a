package io.echonet.dds.node.config;

import io.echonet.dds.keeping.Keeper;
import io.echonet.dds.keeping.KeepingConfig;
import io.echonet.dds.keeping.RootFolder;
import io.echonet.dds.keeping.Roots;
import io.echonet.dds.storage.StorageException;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.filestore.FileStore;
import io.echonet.dds.storage.filestore.FileStoreConfig;
import io.echonet.dds.storage.memory.InMemoryStore;
import io.echonet.dds.storage.memory.InMemoryStoreConfig;
import io.echonet.dds.storage.migration.StoreKind;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * What a node keeps on disk.
 *
 * @param keeper what it holds, and why
 * @param cache what it has fetched and may forget
 */
record Stores(Keeper keeper, Optional<StorageProvider> cache) {
  private static final Logger LOG = LoggerFactory.getLogger(Stores.class);

  /** What a node without a folder may hold: manifests on their way. */
  private static final long MEMORY_STORE_BYTES = 8L * 1024 * 1024;

  /**
   * Opens those that {@code config} names. A cache is worth having, and nothing to fail for.
   *
   * <p>Errors: {@link StorageException} where the folder of chunks can't be used.
   */
  static Mono<Stores> open(NodeConfig config) {
    return openKeeper(config)
        .flatMap(keeper -> openCache(config).map(cache -> new Stores(keeper, cache)));
  }

  /** Opens what the node holds; whoever does so closes the store. Errors: likewise. */
  static Mono<Keeper> openKeeper(NodeConfig config) {
    return openChunks(config)
        .flatMap(
            chunks ->
                openRoots(config, chunks)
                    .map(
                        roots ->
                            Keeper.of(
                                chunks, roots, KeepingConfig.defaults(), Schedulers.parallel()))
                    .onErrorResume(failure -> chunks.close().then(Mono.error(failure))));
  }

  private static Mono<Roots> openRoots(NodeConfig config, StorageProvider chunks) {
    return Mono.justOrEmpty(config.roots())
        .flatMap(
            folder ->
                RootFolder.open(folder, chunks.stored().hasElements(), Schedulers.boundedElastic()))
        .switchIfEmpty(Mono.fromSupplier(Roots::inMemory));
  }

  private static Mono<StorageProvider> openChunks(NodeConfig config) {
    return Mono.justOrEmpty(config.chunks())
        .flatMap(folder -> StoreKind.open(folder, config.store(), config.quotaBytes()))
        .switchIfEmpty(
            Mono.fromSupplier(
                () ->
                    InMemoryStore.create(
                        InMemoryStoreConfig.defaults().withMaxBytes(MEMORY_STORE_BYTES))));
  }

  private static Mono<Optional<StorageProvider>> openCache(NodeConfig config) {
    return Mono.justOrEmpty(config.cache())
        .flatMap(cache -> FileStore.open(cache.folder(), FileStoreConfig.defaults()))
        .map(Optional::of)
        .onErrorResume(
            StorageException.class,
            failure -> {
              LOG.warn("going on without a cache: {}", failure.getMessage());
              return Mono.just(Optional.empty());
            })
        .defaultIfEmpty(Optional.empty());
  }

  /** Completes what is being written. */
  Mono<Void> close() {
    return Mono.when(
        keeper.store().close(), cache.map(StorageProvider::close).orElse(Mono.empty()));
  }
}
