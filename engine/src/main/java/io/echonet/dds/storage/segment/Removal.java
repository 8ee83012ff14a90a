package io.echonet.dds.storage.segment;

import io.echonet.dds.storage.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The end of a store: its own files go, but for segments that cannot be read from end to end. Where
 * such are left, they are a store still.
 */
final class Removal {
  private final SegmentLayout layout;
  private final Disk disk;

  Removal(SegmentLayout layout, Disk disk) {
    this.layout = layout;
    this.disk = disk;
  }

  /** Goes on with what broke off; what is not the store's stays. */
  void run() throws IOException {
    disk.delete(layout.snapshot());
    disk.delete(layout.newSnapshot());
    disk.delete(layout.newFormat());
    if (disk.isThere(layout.segments())) {
      for (Path segment : Recovery.sound(layout, disk)) {
        disk.delete(segment);
      }
      disk.deleteIfEmpty(layout.segments());
    }
    disk.delete(layout.lock());
    if (!disk.isThere(layout.segments())) {
      disk.delete(layout.format());
      disk.deleteIfEmpty(layout.root());
    }
  }
}
