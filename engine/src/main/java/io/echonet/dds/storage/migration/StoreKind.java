package io.echonet.dds.storage.migration;

import io.echonet.dds.storage.StorageException;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.StorageUsage;
import io.echonet.dds.storage.disk.Disk;
import io.echonet.dds.storage.disk.Reason;
import io.echonet.dds.storage.filestore.FileStore;
import io.echonet.dds.storage.filestore.FileStoreConfig;
import io.echonet.dds.storage.segment.SegmentStore;
import io.echonet.dds.storage.segment.SegmentStoreConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The ways to keep chunks in a folder. */
public enum StoreKind {
  /** A file a chunk. */
  FILE(4096) {
    @Override
    Mono<StorageProvider> openIn(Path folder, long maxBytes) {
      return FileStore.open(folder, FileStoreConfig.defaults().withMaxBytes(maxBytes));
    }

    @Override
    Mono<StorageProvider> openWholeIn(Path folder) {
      return openIn(folder, StorageUsage.UNLIMITED);
    }

    @Override
    void delete(Path folder, Disk disk) throws IOException {
      FileStore.delete(folder, disk);
    }
  },
  /** Many chunks a file. */
  SEGMENT(160) {
    @Override
    Mono<StorageProvider> openIn(Path folder, long maxBytes) {
      return SegmentStore.open(folder, SegmentStoreConfig.defaults().withMaxBytes(maxBytes));
    }

    @Override
    Mono<StorageProvider> openWholeIn(Path folder) {
      return SegmentStore.openWhole(
          folder, SegmentStoreConfig.defaults().withMaxBytes(StorageUsage.UNLIMITED));
    }

    @Override
    void delete(Path folder, Disk disk) throws IOException {
      SegmentStore.delete(folder, disk);
    }
  };

  private static final Logger LOG = LoggerFactory.getLogger(StoreKind.class);

  private final int overheadBytes;

  StoreKind(int overheadBytes) {
    this.overheadBytes = overheadBytes;
  }

  abstract Mono<StorageProvider> openIn(Path folder, long maxBytes);

  /** Without a quota, and only where all of it can be read. */
  abstract Mono<StorageProvider> openWholeIn(Path folder);

  /** Deletes what the store in {@code folder} can account for; the rest stays. Blocks. */
  abstract void delete(Path folder, Disk disk) throws IOException;

  StoreKind other() {
    return this == FILE ? SEGMENT : FILE;
  }

  /** What a chunk takes on the disk beyond its length, on most file systems. */
  int overheadBytes() {
    return overheadBytes;
  }

  /**
   * Opens {@code folder} as what it is, or as {@code kind} where it is new. {@code maxBytes} is the
   * quota. Cold.
   *
   * <p>Errors: {@link StorageException} where it can't be used, also where a {@link StoreMigration}
   * of it has begun and is not over.
   */
  public static Mono<StorageProvider> open(Path folder, StoreKind kind, long maxBytes) {
    return Mono.fromCallable(
            () -> {
              Optional<StoreKind> found = usable(folder);
              MigrationFolder migration = MigrationFolder.beside(folder, new Disk());
              if (migration.stage() == MigrationFolder.Stage.REPLACED) {
                LOG.warn("{} is what was moved; 'dds store migrate' removes it", migration);
              }
              return found.orElse(kind);
            })
        .subscribeOn(Schedulers.boundedElastic())
        .flatMap(
            found ->
                found.openIn(folder, maxBytes).flatMap(store -> stillUsable(folder, found, store)))
        .onErrorMap(
            IOException.class,
            e -> new StorageException(folder + ": cannot open the store, " + Reason.of(e), e));
  }

  /** Nobody else begins a migration from now on, but somebody may just have. */
  private static Mono<StorageProvider> stillUsable(
      Path folder, StoreKind kind, StorageProvider store) {
    return Mono.fromCallable(() -> usable(folder))
        .subscribeOn(Schedulers.boundedElastic())
        .filter(found -> found.equals(Optional.of(kind)))
        .switchIfEmpty(
            Mono.error(() -> new StorageException(folder + " has become another kind of store")))
        .thenReturn(store)
        .onErrorResume(failure -> store.close().then(Mono.error(failure)));
  }

  private static Optional<StoreKind> usable(Path folder) throws IOException {
    MigrationFolder migration = MigrationFolder.beside(folder, new Disk());
    if (migration.stage().isCopying()) {
      throw new StorageException(
          ("%1$s is being moved to a %2$s store, or was until that broke off; 'dds store migrate"
                  + " --to %2$s' goes on with it")
              .formatted(folder, migration.kind()));
    }
    return of(folder);
  }

  /** What {@code folder} holds; nothing where that is no store yet. Blocks. */
  public static Optional<StoreKind> of(Path folder) {
    if (SegmentStore.isIn(folder)) {
      return Optional.of(SEGMENT);
    }
    return FileStore.isIn(folder) ? Optional.of(FILE) : Optional.empty();
  }

  /** The one that {@link #toString} gives {@code text} for. */
  public static Optional<StoreKind> parse(String text) {
    for (StoreKind kind : values()) {
      if (kind.toString().equals(text)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /** As it is typed and printed. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
