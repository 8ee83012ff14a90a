package io.echonet.dds.storage.filestore;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.storage.Holding;
import io.echonet.dds.storage.StorageException;
import io.echonet.dds.storage.StorageFullException;
import io.echonet.dds.storage.StorageUsage;
import io.echonet.dds.storage.StoredChunk;
import io.echonet.dds.storage.disk.Disk;
import io.echonet.dds.storage.disk.Quota;
import io.echonet.dds.storage.disk.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of an open store. Everything blocks; may be called from many threads at once. */
final class ChunkFiles {
  /*
   * What is durable when. A chunk is written to a temporary file, which is synced before it gets its name, so a name
   * never leads to half a chunk; then the folder is synced, which makes the name durable, and only then is the chunk
   * stored. A folder is made when its first chunk comes, and its own name synced before anything is named in it. A
   * process that was killed may have left names that no folder was synced for, so the first answer "held already" in
   * a folder that this process has not synced yet syncs it.
   *
   * Names come and go under the lock of their CID's stripe: what is counted against the quota is what has a name, and
   * what is set aside as rotten is not the good copy that was stored a moment ago.
   */

  private static final Logger LOG = LoggerFactory.getLogger(ChunkFiles.class);
  private static final int STRIPES = 64;

  private final Layout layout;
  private final Disk disk;
  private final HoldingMarks marks;
  private final Quota quota;
  private final int maxQuarantined;
  private final AtomicLong attempts = new AtomicLong();
  private final BitSet madeFolders = new BitSet(Layout.FOLDERS);
  private final BitSet syncedFolders = new BitSet(Layout.FOLDERS);
  private final Object[] stripes = Stream.generate(Object::new).limit(STRIPES).toArray();
  private boolean foreignReported;

  ChunkFiles(Layout layout, Disk disk, Quota quota, int maxQuarantined) {
    this.layout = layout;
    this.disk = disk;
    this.marks = new HoldingMarks(layout, disk);
    this.quota = quota;
    this.maxQuarantined = maxQuarantined;
  }

  /** Makes the folders that lack, clears away what a crash left and counts what is there. */
  void prepare() throws IOException {
    for (Path folder : List.of(layout.temporaries(), layout.quarantine(), layout.chunks())) {
      Files.createDirectories(folder);
    }
    disk.syncFolder(layout.root());
    reportForeign(disk.list(layout.root()), layout::isPart);
    List<Path> temporaries = disk.list(layout.temporaries());
    reportForeign(temporaries, Layout::isTemporary);
    for (Path file : temporaries) {
      if (Layout.isTemporary(file)) {
        Files.delete(file);
      }
    }
    if (quota.isLimited()) {
      countInto(quota);
    }
  }

  /**
   * Writes {@code chunk}, unless it is held, and why, and returns when both are durable. There is
   * never more than one call for a CID at a time.
   */
  void store(Chunk chunk, Holding holding) throws IOException {
    Cid cid = chunk.cid();
    if (holds(chunk)) {
      synchronized (stripe(cid)) {
        marks.add(cid, holding);
      }
      syncFolderOnce(cid);
      return;
    }
    quota.reserve(chunk.size());
    Path temporary = layout.temporary(cid, attempts.incrementAndGet());
    boolean named = false;
    try {
      disk.writeNew(temporary, chunk.data());
      makeFolder(cid);
      name(temporary, cid, holding);
      named = true;
      syncFolder(cid);
    } catch (IOException | RuntimeException e) {
      undo(chunk, temporary, named, e);
      if (e instanceof IOException io && disk.isFull(layout.temporaries(), chunk.size(), io)) {
        throw new StorageFullException(
            layout.root() + " is full: no room for " + chunk + ", " + Reason.of(io), e);
      }
      throw e;
    }
  }

  /**
   * Whether the file of that name holds just these bytes. One that has rotted must not be taken for
   * a copy: it is replaced by the good one at hand.
   */
  private boolean holds(Chunk chunk) throws IOException {
    Path file = layout.chunk(chunk.cid());
    if (sizeOf(file) != chunk.size()) {
      return false;
    }
    try {
      return ByteBuffer.wrap(disk.read(file, chunk.size())).equals(chunk.data());
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Makes the folder for {@code cid}, and its name durable, where this process has not yet. */
  private void makeFolder(Cid cid) throws IOException {
    int number = Layout.folderNumber(cid);
    if (!isIn(madeFolders, number)) {
      try {
        Files.createDirectory(layout.folder(number));
      } catch (FileAlreadyExistsException e) {
        // An earlier process may not have lived to make its name durable.
      }
      disk.syncFolder(layout.chunks());
      add(madeFolders, number);
    }
  }

  private void name(Path temporary, Cid cid, Holding holding) throws IOException {
    synchronized (stripe(cid)) {
      long replaced = sizeOf(layout.chunk(cid));
      if (replaced >= 0) {
        marks.add(cid, holding);
      } else {
        marks.begin(cid, holding);
      }
      disk.rename(temporary, layout.chunk(cid));
      if (replaced >= 0) {
        quota.release(replaced);
      }
    }
  }

  private void undo(Chunk chunk, Path temporary, boolean named, Exception error) {
    try {
      if (named) {
        delete(chunk.cid());
      } else {
        quota.release(chunk.size());
        Files.deleteIfExists(temporary);
      }
    } catch (IOException | RuntimeException e) {
      error.addSuppressed(e);
    }
  }

  private void syncFolderOnce(Cid cid) throws IOException {
    if (!isIn(syncedFolders, Layout.folderNumber(cid))) {
      disk.syncFolder(layout.chunks());
      syncFolder(cid);
    }
  }

  private void syncFolder(Cid cid) throws IOException {
    int number = Layout.folderNumber(cid);
    disk.syncFolder(layout.folder(number));
    add(syncedFolders, number);
  }

  private static boolean isIn(BitSet folders, int number) {
    synchronized (folders) {
      return folders.get(number);
    }
  }

  private static void add(BitSet folders, int number) {
    synchronized (folders) {
      folders.set(number);
    }
  }

  /**
   * The chunk, verified, or null where it is not held.
   *
   * @throws IntegrityException where what is stored is not what was: it is set aside
   */
  @Nullable Chunk read(Cid cid) throws IOException {
    try {
      return verified(cid);
    } catch (NoSuchFileException e) {
      checkPresence();
      return null;
    } catch (IntegrityException e) {
      setAside(cid);
      throw new IntegrityException("stored in " + layout.root() + ": " + e.getMessage(), e);
    }
  }

  private Chunk verified(Cid cid) throws IOException {
    // A byte more than may be shows that a file is too long, without reading all of it.
    return Chunk.verify(cid, disk.read(layout.chunk(cid), Manifest.MAX_BYTES + 1));
  }

  /** A chunk is absent where the store is there without it, not where the disk is gone. */
  private void checkPresence() {
    if (!Files.isDirectory(layout.chunks())) {
      throw new StorageException("the store's folder " + layout.chunks() + " has vanished");
    }
  }

  /** Takes a rotten file out of the way, so that the chunk can be had from elsewhere. */
  private void setAside(Cid cid) {
    try {
      synchronized (stripe(cid)) {
        if (isRotten(cid)) {
          long size = sizeOf(layout.chunk(cid));
          if (disk.list(layout.quarantine()).size() < maxQuarantined) {
            disk.rename(layout.chunk(cid), layout.quarantined(cid));
            LOG.warn("chunk {} rotted on disk; kept as {}", cid, layout.quarantined(cid));
          } else {
            Files.delete(layout.chunk(cid));
            LOG.warn("chunk {} rotted on disk; deleted, as {} is full", cid, layout.quarantine());
          }
          quota.release(size);
        }
      }
    } catch (IOException e) {
      LOG.warn("chunk {} rotted on disk and cannot be set aside: {}", cid, Reason.of(e));
    }
  }

  private boolean isRotten(Cid cid) throws IOException {
    try {
      verified(cid);
      return false;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IntegrityException e) {
      return true;
    }
  }

  boolean has(Cid cid) throws IOException {
    boolean held = sizeOf(layout.chunk(cid)) >= 0;
    if (!held) {
      checkPresence();
    }
    return held;
  }

  /** Answers whether it was held. After a power cut it may be there again. */
  boolean delete(Cid cid) throws IOException {
    synchronized (stripe(cid)) {
      long size = sizeOf(layout.chunk(cid));
      if (size < 0) {
        checkPresence();
        return false;
      }
      Files.delete(layout.chunk(cid));
      quota.release(size);
      marks.clear(cid);
      return true;
    }
  }

  /** The chunks in the folder of that number, each once. */
  List<StoredChunk> storedIn(int number) throws IOException {
    List<StoredChunk> stored = new ArrayList<>();
    for (Cid cid : cidsIn(number)) {
      long size = sizeOf(layout.chunk(cid));
      if (size >= 0) {
        stored.add(new StoredChunk(cid, (int) Math.min(size, Integer.MAX_VALUE), marks.of(cid)));
      }
    }
    return stored;
  }

  StorageUsage usage() throws IOException {
    Quota all = quota;
    if (!quota.isLimited()) {
      all = new Quota(layout.root(), StorageUsage.UNLIMITED);
      countInto(all);
    }
    return all.usage(disk.freeBytes(layout.temporaries()));
  }

  private void countInto(Quota quota) throws IOException {
    for (int number = 0; number < Layout.FOLDERS; number++) {
      for (Cid cid : cidsIn(number)) {
        long size = sizeOf(layout.chunk(cid));
        if (size >= 0) {
          quota.count(size);
        }
      }
    }
  }

  private Set<Cid> cidsIn(int number) throws IOException {
    if (Files.notExists(layout.folder(number))) {
      checkPresence();
      return Set.of();
    }
    List<Path> files = disk.list(layout.folder(number));
    reportForeign(files, file -> Layout.cidOf(file).isPresent());
    return files.stream()
        .map(Layout::cidOf)
        .flatMap(Optional::stream)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Files that are none of ours are left alone; that there are some is said once. */
  private synchronized void reportForeign(List<Path> files, Predicate<Path> ours) {
    if (!foreignReported) {
      List<Path> foreign = files.stream().filter(ours.negate()).toList();
      if (!foreign.isEmpty()) {
        foreignReported = true;
        LOG.warn(
            "{} holds files that are not the store's, such as {}; they are left alone",
            layout.root(),
            foreign.get(0));
      }
    }
  }

  /** The length of {@code file}, -1 where there is none. */
  private static long sizeOf(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return -1;
    }
  }

  private Object stripe(Cid cid) {
    return stripes[Math.floorMod(cid.hashCode(), STRIPES)];
  }
}
