package io.echonet.dds.storage.filestore;

import io.echonet.dds.content.Cid;
import io.echonet.dds.storage.Holding;
import io.echonet.dds.storage.disk.Disk;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * The empty files that say why chunks are held, {@code holdings/3f/3f….own} and {@code
 * ….for_others}. A chunk without any is the node's own, so a publish writes none. Calls for one CID
 * come one at a time.
 */
final class HoldingMarks {
  private final Layout layout;
  private final Disk disk;
  private final BitSet synced = new BitSet(Layout.FOLDERS);

  HoldingMarks(Layout layout, Disk disk) {
    this.layout = layout;
    this.disk = disk;
  }

  /** Why {@code cid}, which is held, is. */
  Set<Holding> of(Cid cid) {
    Set<Holding> marks = marks(cid);
    return marks.isEmpty() ? EnumSet.of(Holding.OWN) : marks;
  }

  private EnumSet<Holding> marks(Cid cid) {
    EnumSet<Holding> marks = EnumSet.noneOf(Holding.class);
    for (Holding holding : Holding.values()) {
      if (Files.exists(file(cid, holding))) {
        marks.add(holding);
      }
    }
    return marks;
  }

  /** Makes {@code holding} durable as the only reason, before the chunk gets its name. */
  void begin(Cid cid, Holding holding) throws IOException {
    clear(cid);
    if (holding != Holding.OWN) {
      mark(cid, EnumSet.of(holding));
    }
  }

  /** Makes {@code holding} durable as one more reason for a chunk that is held. */
  void add(Cid cid, Holding holding) throws IOException {
    Set<Holding> before = marks(cid);
    if (before.isEmpty() ? holding != Holding.OWN : !before.contains(holding)) {
      // Its own reason goes first: were it alone after a crash, it would say what no mark says.
      EnumSet<Holding> more = EnumSet.of(Holding.OWN, holding);
      more.removeAll(before);
      mark(cid, before.isEmpty() ? more : EnumSet.of(holding));
    } else if (!before.isEmpty() && !isSynced(cid)) {
      sync(cid);
    }
  }

  private void mark(Cid cid, EnumSet<Holding> holdings) throws IOException {
    for (Holding holding : holdings) {
      Path file = file(cid, holding);
      Files.createDirectories(layout.holdings(cid));
      try {
        Files.createFile(file);
      } catch (FileAlreadyExistsException e) {
        // What matters is that it is there.
      }
    }
    sync(cid);
  }

  private void sync(Cid cid) throws IOException {
    if (!isSynced(cid)) {
      disk.syncFolder(layout.root());
      disk.syncFolder(layout.holdings());
    }
    disk.syncFolder(layout.holdings(cid));
    synchronized (synced) {
      synced.set(Layout.folderNumber(cid));
    }
  }

  private boolean isSynced(Cid cid) {
    synchronized (synced) {
      return synced.get(Layout.folderNumber(cid));
    }
  }

  /** Forgets why, once the chunk is gone: a mark that outlives it means nothing. */
  void clear(Cid cid) throws IOException {
    for (Holding holding : Holding.values()) {
      Files.deleteIfExists(file(cid, holding));
    }
  }

  private Path file(Cid cid, Holding holding) {
    return layout.holdings(cid).resolve(layout.chunk(cid).getFileName() + suffix(holding));
  }

  private static String suffix(Holding holding) {
    return "." + holding.name().toLowerCase(Locale.ROOT);
  }

  /** Whether {@code file} is one of ours. */
  static boolean isMark(Path file) {
    String name = String.valueOf(file.getFileName());
    for (Holding holding : Holding.values()) {
      String suffix = suffix(holding);
      if (name.endsWith(suffix)) {
        String chunk = name.substring(0, name.length() - suffix.length());
        return Layout.cidOf(file.resolveSibling(chunk)).isPresent();
      }
    }
    return false;
  }
}
