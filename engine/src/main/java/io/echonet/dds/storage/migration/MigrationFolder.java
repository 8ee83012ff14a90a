package io.echonet.dds.storage.migration;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.echonet.dds.content.Cid;
import io.echonet.dds.storage.StorageException;
import io.echonet.dds.storage.disk.Disk;
import io.echonet.dds.storage.disk.StoreLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
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
  private static final int MAX_LINKS = 40;

  private final Path folder;
  private final Path root;
  private final Disk disk;

  private MigrationFolder(Path folder, Disk disk) {
    this.folder = folder;
    this.root = sibling(".migration");
    this.disk = disk;
  }

  /** The one beside {@code folder}, which may be a link, or lie where there is nothing yet. */
  static MigrationFolder beside(Path folder, Disk disk) throws IOException {
    return new MigrationFolder(target(folder.toAbsolutePath().normalize()), disk);
  }

  /** Where {@code path} leads: while the store is replaced, it leads to nothing. */
  private static Path target(Path path) throws IOException {
    Path target = path;
    for (int links = 0; Files.isSymbolicLink(target); links++) {
      if (links == MAX_LINKS) {
        throw new StorageException(path + " is a link that leads nowhere");
      }
      Path link = Files.readSymbolicLink(target);
      target = Objects.requireNonNull(target.getParent()).toRealPath().resolve(link);
    }
    return target;
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

  /**
   * How far it has come.
   *
   * @throws IOException where that can't be told: not knowing is not the same as nothing being
   *     there
   */
  Stage stage() throws IOException {
    if (!disk.isThere(to())) {
      return Stage.NONE;
    }
    if (!disk.isThere(copied())) {
      return Stage.COPYING;
    }
    return disk.isThere(store()) ? Stage.COPIED : Stage.REPLACED;
  }

  /** Whether the old store is still where it was. */
  boolean isOldInPlace() throws IOException {
    return disk.isThere(folder) && !disk.isThere(old());
  }

  /**
   * Looks whether the folder can be given another name.
   *
   * @throws StorageException where it is a file system of its own
   */
  void checkReplaceable() throws IOException {
    Path parent = folder.getParent();
    if (parent == null || !deviceOf(parent).equals(deviceOf(folder))) {
      throw new StorageException(
          folder
              + " is a file system of its own, and a store can be moved only within one: mount it"
              + " one folder further up");
    }
  }

  private static Object deviceOf(Path path) throws IOException {
    try {
      return Files.getAttribute(path, "unix:dev");
    } catch (UnsupportedOperationException e) {
      return "";
    }
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

  /** Says where that goes which does not go with the old store. */
  private Path left() {
    return root.resolve("left");
  }

  boolean exists() throws IOException {
    return disk.isThere(root);
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
    disk.writeNew(next, ByteBuffer.wrap((text + "\n").getBytes(UTF_8)));
    disk.rename(next, file);
  }

  private String read(Path file) throws IOException {
    return new String(disk.read(file, MAX_BYTES), UTF_8).strip();
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
        UTF_8,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND,
        StandardOpenOption.DSYNC);
    disk.syncFolder(root);
  }

  /** What could not be moved, in this attempt and those before. */
  Set<String> rottenCids() throws IOException {
    return disk.isThere(rotten())
        ? new LinkedHashSet<>(Files.readAllLines(rotten(), UTF_8))
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
    if (disk.isThere(folder)) {
      if (disk.isThere(old())) {
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
   * Deletes the old store, which was one of kind {@code kind}. What can't be read of it, what it
   * had set aside as rotten and what was not its own is kept; answers where, if there is such.
   */
  Optional<Path> deleteOld(StoreKind kind) throws IOException {
    syncNames();
    disk.syncFolder(root);
    if (disk.isThere(old())) {
      kind.delete(old(), disk);
    }
    if (disk.isThere(old())) {
      setAside(old());
    }
    return disk.isThere(left())
        ? Optional.of(folder.resolveSibling(read(left())))
        : Optional.empty();
  }

  private void setAside(Path rest) throws IOException {
    Path target = sibling(".left");
    for (int i = 2; disk.isThere(target); i++) {
      target = sibling(".left." + i);
    }
    write(left(), String.valueOf(target.getFileName()));
    disk.syncFolder(root);
    disk.rename(rest, target);
    syncNames();
  }

  /**
   * Forgets that all was copied, so that it can be {@link #clear}ed with the old store in place.
   */
  void forgetCopied() throws IOException {
    disk.delete(copied());
    disk.syncFolder(root);
  }

  /** Deletes all that is in here, and what says that something is at the end. */
  void clear() throws IOException {
    List<Path> last = List.of(to(), copied(), left(), lockFile());
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
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
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
