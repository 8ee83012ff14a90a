package io.echonet.dds.node.config;

import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.filestore.FileStore;
import io.echonet.dds.storage.filestore.FileStoreConfig;
import io.echonet.dds.storage.segment.SegmentStore;
import io.echonet.dds.storage.segment.SegmentStoreConfig;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The ways to keep chunks in a folder. */
public enum StoreKind {
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
   * Opens {@code folder} as what it is, or as {@code kind} where it is new. {@code maxBytes} is the
   * quota.
   *
   * <p>Errors: {@link io.echonet.dds.storage.StorageException} where it can't be used.
   */
  static Mono<StorageProvider> open(Path folder, StoreKind kind, long maxBytes) {
    return Mono.fromCallable(() -> of(folder).orElse(kind))
        .subscribeOn(Schedulers.boundedElastic())
        .flatMap(found -> found.openIn(folder, maxBytes));
  }

  /** What {@code folder} holds; nothing where that is no store yet. Blocks. */
  public static Optional<StoreKind> of(Path folder) {
    if (SegmentStore.isIn(folder)) {
      return Optional.of(SEGMENT);
    }
    return FileStore.isIn(folder) ? Optional.of(FILE) : Optional.empty();
  }

  /** As it is typed and printed. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
