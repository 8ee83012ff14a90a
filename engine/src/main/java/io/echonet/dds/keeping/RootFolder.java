package io.echonet.dds.keeping;

import io.echonet.dds.content.Cid;
import io.echonet.dds.storage.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Roots as the names of empty files in a folder: there is nothing in them to be damaged. */
public final class RootFolder implements Roots {
  private static final Logger LOG = LoggerFactory.getLogger(RootFolder.class);
  private static final HexFormat HEX = HexFormat.of();

  /** Its presence says that roots may lack: a folder of chunks was found without any. */
  private static final String UNKNOWN = "unknown";

  private static final int DIGITS = 2 * Cid.DIGEST_BYTES;

  private final Path folder;
  private final Scheduler disk;

  private RootFolder(Path folder, Scheduler disk) {
    this.folder = folder;
    this.disk = disk;
  }

  /**
   * The roots in {@code folder}, which is made where it is missing, but for the folder that it is
   * in.
   *
   * <p>Errors: {@link StorageException} where it can't be made or read.
   *
   * @param hasChunks whether there may be contents whose roots have been lost, or were never there,
   *     where the folder is missing; not asked where it is there
   * @param disk where what blocks is done
   */
  public static Mono<Roots> open(Path folder, Mono<Boolean> hasChunks, Scheduler disk) {
    RootFolder roots = new RootFolder(folder.toAbsolutePath().normalize(), disk);
    return roots
        .run("read", () -> Files.exists(roots.folder) && !roots.read().isEmpty())
        .filter(isThere -> !Files.exists(roots.folder))
        .flatMap(lacks -> hasChunks.flatMap(are -> roots.run("write", () -> roots.create(are))))
        .thenReturn(roots);
  }

  private boolean create(boolean hasChunks) throws IOException {
    // Complete or not at all: without the mark it would be taken for a folder that has all roots.
    Path next = folder.resolveSibling(folder.getFileName() + ".new");
    Files.createDirectories(next);
    if (hasChunks) {
      Files.deleteIfExists(next.resolve(UNKNOWN));
      Files.createFile(next.resolve(UNKNOWN));
    }
    sync(next);
    Files.move(next, folder, StandardCopyOption.ATOMIC_MOVE);
    sync(folder.resolveSibling(""));
    return true;
  }

  private Path unknown() {
    return folder.resolve(UNKNOWN);
  }

  @Override
  public Mono<Void> check() {
    return run("read", () -> Files.exists(unknown()))
        .filter(Boolean::booleanValue)
        .flatMap(
            unknown ->
                Mono.error(
                    new StorageException(
                        "nothing is collected, because what was published here before is not"
                            + " known: pin what is to stay, then remove "
                            + unknown())));
  }

  @Override
  public Mono<Void> add(Cid cid, RootKind kind) {
    return run("write", () -> create(cid, kind)).then();
  }

  private boolean create(Cid cid, RootKind kind) throws IOException {
    try {
      Files.createFile(file(cid, kind));
    } catch (FileAlreadyExistsException e) {
      // Perhaps by one who was killed before the next step, so that is taken all the same.
    }
    sync(folder);
    return true;
  }

  @Override
  public Mono<Boolean> remove(Cid cid) {
    return run("write", () -> delete(cid));
  }

  private boolean delete(Cid cid) throws IOException {
    boolean was = false;
    for (RootKind kind : RootKind.values()) {
      was |= Files.deleteIfExists(file(cid, kind));
    }
    if (was) {
      sync(folder);
    }
    return was;
  }

  @Override
  public Mono<List<Root>> all() {
    return run("read", this::read);
  }

  private List<Root> read() throws IOException {
    SortedMap<Cid, Set<RootKind>> roots = new TreeMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        Optional<RootKind> kind = kindOf(name);
        if (kind.isPresent()) {
          Cid cid = Cid.of(HEX.parseHex(name, 0, DIGITS));
          roots.computeIfAbsent(cid, key -> EnumSet.noneOf(RootKind.class)).add(kind.get());
        } else if (!name.equals(UNKNOWN)) {
          LOG.warn("{} names no root", file);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return roots.entrySet().stream().map(root -> new Root(root.getKey(), root.getValue())).toList();
  }

  private static Optional<RootKind> kindOf(String name) {
    for (RootKind kind : RootKind.values()) {
      if (name.length() == DIGITS + suffix(kind).length()
          && name.endsWith(suffix(kind))
          && name.chars().limit(DIGITS).allMatch(HexFormat::isHexDigit)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /** In hex, because Base58 tells case apart, and some file systems do not. */
  private Path file(Cid cid, RootKind kind) {
    return folder.resolve(HEX.formatHex(cid.digest()) + suffix(kind));
  }

  private static String suffix(RootKind kind) {
    return "." + kind.name().toLowerCase(Locale.ROOT);
  }

  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private <T> Mono<T> run(String what, Callable<T> task) {
    return Mono.fromCallable(task)
        .subscribeOn(disk)
        .onErrorMap(
            IOException.class,
            e -> new StorageException("cannot " + what + " the roots in " + folder + ": " + e, e));
  }

  @Override
  public String toString() {
    return "roots in " + folder;
  }
}
