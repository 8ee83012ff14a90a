package io.echonet.dds.node.config;

import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.filestore.FileStore;
import io.echonet.dds.storage.filestore.FileStoreConfig;
import io.echonet.dds.storage.segment.SegmentStore;
import io.echonet.dds.storage.segment.SegmentStoreConfig;
import java.nio.file.Path;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The ways to keep chunks in a folder. */
enum StoreKind {
  /** A file a chunk. */
  FILE {
    @Override
    Mono<StorageProvider> openIn(Path folder, long maxBytes) {
      return FileStore.open(folder, FileStoreConfig.defaults().withMaxBytes(maxBytes));
    }
  },
  /** Many chunks a file. */
  SEGMENT {
    @Override
    Mono<StorageProvider> openIn(Path folder, long maxBytes) {
      return SegmentStore.open(folder, SegmentStoreConfig.defaults().withMaxBytes(maxBytes));
    }
  };

  abstract Mono<StorageProvider> openIn(Path folder, long maxBytes);

  /**
   * Opens {@code folder} as what it is: a file a chunk, where it is not there yet or empty. {@code
   * maxBytes} is the quota.
   */
  static Mono<StorageProvider> open(Path folder, long maxBytes) {
    return Mono.fromCallable(() -> of(folder))
        .subscribeOn(Schedulers.boundedElastic())
        .flatMap(kind -> kind.openIn(folder, maxBytes));
  }

  /** What {@code folder} holds; blocks. */
  static StoreKind of(Path folder) {
    return SegmentStore.isIn(folder) ? SEGMENT : FILE;
  }
}
