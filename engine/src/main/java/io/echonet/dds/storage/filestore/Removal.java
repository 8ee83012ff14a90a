package io.echonet.dds.storage.filestore;

import io.echonet.dds.storage.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Predicate;

/** The end of a store: its own files go, but for what it had set aside as rotten. */
final class Removal {
  private final Layout layout;
  private final Disk disk;

  Removal(Layout layout, Disk disk) {
    this.layout = layout;
    this.disk = disk;
  }

  /** Goes on with what broke off; what is not the store's stays. */
  void run() throws IOException {
    deleteFolders(layout.chunks(), file -> Layout.cidOf(file).isPresent());
    deleteFolders(layout.holdings(), HoldingMarks::isMark);
    delete(layout.temporaries(), Layout::isTemporary);
    disk.deleteIfEmpty(layout.quarantine());
    disk.delete(layout.lock());
    disk.deleteIfEmpty(layout.root());
  }

  private void deleteFolders(Path parent, Predicate<Path> isOwn) throws IOException {
    if (disk.isThere(parent)) {
      for (Path folder : disk.list(parent)) {
        if (Layout.isFolder(folder)) {
          delete(folder, isOwn);
        }
      }
      disk.deleteIfEmpty(parent);
    }
  }

  private void delete(Path folder, Predicate<Path> isOwn) throws IOException {
    if (disk.isThere(folder)) {
      for (Path file : disk.list(folder)) {
        if (isOwn.test(file)) {
          disk.delete(file);
        }
      }
      disk.deleteIfEmpty(folder);
    }
  }
}
