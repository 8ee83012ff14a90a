package io.echonet.dds.storage.migration;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.echonet.dds.content.Cid;
import io.echonet.dds.storage.StorageException;
import io.echonet.dds.storage.disk.Disk;
import io.echonet.dds.storage.disk.StoreLock;
import io.echonet.dds.storage.filestore.FileStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The folder beside a store's, {@code chunks.migration}, in which the one that is to take its place
 * grows, and what says how far that has come. Everything blocks.
 */
final class MigrationFolder {
  /*
   * "to" is durable before anything is copied and goes last; "copied" is durable once all that was copied has been read
   * again. Only then do two renames put the old store here and the new one in its place. Between them there is no store
   * by its name, which is why nobody opens a folder while there is a "to" beside it and the new store is still in here.
   */

  private static final int MAX_BYTES = 256;

  private final Path folder;
  private final Path root;
  private final Disk disk;

  MigrationFolder(Path folder) {
    this(folder, new Disk());
  }

  MigrationFolder(Path folder, Disk disk) {
    this.folder = folder.toAbsolutePath().normalize();
    this.root = sibling(".migration");
    this.disk = disk;
  }

  private Path sibling(String suffix) {
    return folder.resolveSibling(folder.getFileName() + suffix);
  }

  /** How far it has come. */
  enum Stage {
    /** Nothing has begun, or nothing is left of it. */
    NONE,
    /** The old store is as it was; the new one has some of it. */
    COPYING,
    /** The new one has all of it. */
    COPIED,
    /** The new one is in the old one's place, which is to be deleted. */
    REPLACED;

    /** Whether the old store must stay as it is, and may not be where it was. */
    boolean isCopying() {
      return this == COPYING || this == COPIED;
    }
  }

  Stage stage() {
    if (!disk.exists(to())) {
      return Stage.NONE;
    }
    if (!disk.exists(copied())) {
      return Stage.COPYING;
    }
    return disk.exists(store()) ? Stage.COPIED : Stage.REPLACED;
  }

  private Path to() {
    return root.resolve("to");
  }

  /** Where the new store is until it takes its place. */
  Path store() {
    return root.resolve("store");
  }

  private Path rotten() {
    return root.resolve("rotten");
  }

  private Path copied() {
    return root.resolve("copied");
  }

  private Path old() {
    return root.resolve("old");
  }

  boolean exists() {
    return disk.exists(root);
  }

  /** Keeps other processes from moving the same store; makes the folder where it is not there. */
  StoreLock lock() throws IOException {
    disk.createFolders(root);
    return StoreLock.acquire(root, lockFile());
  }

  private Path lockFile() {
    return root.resolve("lock");
  }

  /** Says, durably, what is to become of the store. */
  void begin(StoreKind kind) throws IOException {
    for (Path file : disk.list(root)) {
      if (!file.equals(lockFile())) {
        deleteAll(file);
      }
    }
    write(to(), kind.toString());
    disk.syncFolder(root);
  }

  private void write(Path file, String text) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    disk.delete(next);
    disk.writeNew(next, ByteBuffer.wrap((text + "\n").getBytes(US_ASCII)));
    disk.rename(next, file);
  }

  private String read(Path file) throws IOException {
    return new String(disk.read(file, MAX_BYTES), US_ASCII).strip();
  }

  /** What is to become of the store. */
  StoreKind kind() throws IOException {
    String text = read(to());
    return StoreKind.parse(text)
        .orElseThrow(() -> new StorageException(to() + " names no kind of store: " + text));
  }

  /** Remembers, durably, that {@code cid} can't be moved. */
  void addRotten(Cid cid) throws IOException {
    Files.writeString(
        rotten(),
        cid + "\n",
        US_ASCII,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND,
        StandardOpenOption.DSYNC);
    disk.syncFolder(root);
  }

  /** What could not be moved, in this attempt and those before. */
  Set<String> rottenCids() throws IOException {
    return disk.exists(rotten())
        ? new LinkedHashSet<>(Files.readAllLines(rotten(), US_ASCII))
        : Set.of();
  }

  /** Says, durably, that the new store has all there is to have. */
  void endCopying(long chunks, long bytes) throws IOException {
    write(copied(), chunks + " " + bytes);
    disk.syncFolder(root);
  }

  /** How many chunks were moved, and how many bytes. */
  long[] figures() throws IOException {
    String text = read(copied());
    if (!text.matches("[0-9]{1,18} [0-9]{1,18}")) {
      throw new StorageException(copied() + " can't be read: " + text);
    }
    return List.of(text.split(" ", -1)).stream().mapToLong(Long::parseLong).toArray();
  }

  /** Puts the new store into the place of the old one, which is kept in here. */
  void replace() throws IOException {
    if (disk.exists(folder)) {
      if (disk.exists(old())) {
        throw new StorageException(
            folder
                + " was made while its store was being moved: move it away, then go on with 'dds"
                + " store migrate'");
      }
      disk.rename(folder, old());
    }
    disk.rename(store(), folder);
    syncNames();
    disk.syncFolder(root);
  }

  /**
   * Deletes the old store, but for what it had set aside as rotten; answers where that is kept now.
   */
  Optional<Path> deleteOld() throws IOException {
    Path quarantine = FileStore.quarantineIn(old());
    Optional<Path> kept = Optional.empty();
    if (disk.exists(quarantine) && !disk.list(quarantine).isEmpty()) {
      Path target = sibling(".quarantine");
      for (int i = 2; disk.exists(target); i++) {
        target = sibling(".quarantine." + i);
      }
      disk.rename(quarantine, target);
      syncNames();
      kept = Optional.of(target);
    }
    deleteAll(old());
    return kept;
  }

  /** Deletes all that is in here, and what says that something is at the end. */
  void clear() throws IOException {
    List<Path> last = List.of(to(), copied(), lockFile());
    for (Path file : disk.list(root)) {
      if (!last.contains(file)) {
        deleteAll(file);
      }
    }
    disk.syncFolder(root);
    for (Path file : last) {
      disk.delete(file);
    }
    disk.delete(root);
    syncNames();
  }

  private void syncNames() throws IOException {
    Path parent = folder.getParent();
    if (parent != null) {
      disk.syncFolder(parent);
    }
  }

  private void deleteAll(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      for (Path file : disk.list(path)) {
        deleteAll(file);
      }
    }
    disk.delete(path);
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
