package io.echonet.dds.benchmarks;

import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.filestore.FileStore;
import io.echonet.dds.storage.filestore.FileStoreConfig;
import io.echonet.dds.storage.segment.SegmentStore;
import io.echonet.dds.storage.segment.SegmentStoreConfig;
import java.nio.file.Path;
import java.util.Objects;

/** The stores on disk, by the names that options have for them. */
enum StoreKind {
  FILE {
    @Override
    StorageProvider open(Path folder) {
      return Objects.requireNonNull(FileStore.open(folder, FileStoreConfig.defaults()).block());
    }
  },
  SEGMENT {
    @Override
    StorageProvider open(Path folder) {
      return Objects.requireNonNull(
          SegmentStore.open(folder, SegmentStoreConfig.defaults()).block());
    }
  };

  /** Opens the store in {@code folder}; blocks. */
  abstract StorageProvider open(Path folder);
}
