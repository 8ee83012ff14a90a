package io.echonet.dds.node.config;

import io.echonet.dds.storage.StorageException;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.filestore.FileStore;
import io.echonet.dds.storage.filestore.FileStoreConfig;
import io.echonet.dds.storage.memory.InMemoryStore;
import io.echonet.dds.storage.memory.InMemoryStoreConfig;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * What a node keeps on disk.
 *
 * @param chunks what it holds
 * @param cache what it has fetched and may forget
 */
record Stores(StorageProvider chunks, Optional<StorageProvider> cache) {
  private static final Logger LOG = LoggerFactory.getLogger(Stores.class);

  /** What a node without a folder may hold: manifests on their way. */
  private static final long MEMORY_STORE_BYTES = 8L * 1024 * 1024;

  /**
   * Opens those that {@code config} names. A cache is worth having, and nothing to fail for.
   *
   * <p>Errors: {@link StorageException} where the folder of chunks can't be used.
   */
  static Mono<Stores> open(NodeConfig config) {
    return openChunks(config)
        .flatMap(chunks -> openCache(config).map(cache -> new Stores(chunks, cache)));
  }

  private static Mono<StorageProvider> openChunks(NodeConfig config) {
    return Mono.justOrEmpty(config.chunks())
        .flatMap(folder -> FileStore.open(folder, FileStoreConfig.defaults()))
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
    return Mono.when(chunks.close(), cache.map(StorageProvider::close).orElse(Mono.empty()));
  }
}
