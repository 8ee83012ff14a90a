package io.echonet.dds.storage.filestore;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.storage.Holding;
import io.echonet.dds.storage.StorageException;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.StorageUsage;
import io.echonet.dds.storage.StoredChunk;
import io.echonet.dds.storage.disk.Disk;
import io.echonet.dds.storage.disk.DiskTasks;
import io.echonet.dds.storage.disk.Quota;
import io.echonet.dds.storage.disk.Reason;
import io.echonet.dds.storage.disk.StoreLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A store of one file a chunk, durable: a chunk is stored when its file and its name would survive
 * a power cut. Stores that go on at once are made durable at once, so many should be let go on.
 */
public final class FileStore implements StorageProvider {
  private final Path root;
  private final ChunkFiles files;
  private final StoreLock lock;
  private final DiskTasks tasks;
  private final Map<Cid, UnderWay> underWay = new ConcurrentHashMap<>();

  private FileStore(Path root, ChunkFiles files, StoreLock lock, DiskTasks tasks) {
    this.root = root;
    this.files = files;
    this.lock = lock;
    this.tasks = tasks;
  }

  /**
   * Opens the store in {@code folder}, which is made where there is none, clears away what a crash
   * left there, and keeps the folder from being opened again until the store is closed. Cold.
   *
   * <p>Errors: {@link StorageException} where the folder is in use, by this process or another, or
   * can't be made, read or written; the message is one line for people.
   */
  public static Mono<StorageProvider> open(Path folder, FileStoreConfig config) {
    return open(folder, config, new Disk());
  }

  static Mono<StorageProvider> open(Path folder, FileStoreConfig config, Disk disk) {
    Path root = folder.toAbsolutePath().normalize();
    return Mono.defer(
        () -> {
          DiskTasks tasks =
              new DiskTasks(
                  root.toString(), config.parallelOperations(), config.maxWaitingOperations());
          return tasks
              .<StorageProvider>run(() -> open(root, config, disk, tasks))
              .doOnDiscard(FileStore.class, store -> store.close().subscribe())
              .onErrorMap(IOException.class, e -> failure(root, "open the store", e))
              .onErrorResume(e -> tasks.close(() -> {}).then(Mono.error(e)));
        });
  }

  private static FileStore open(Path root, FileStoreConfig config, Disk disk, DiskTasks tasks)
      throws IOException {
    disk.createFolders(root);
    Layout layout = new Layout(root);
    StoreLock lock = StoreLock.acquire(root, layout.lock());
    try {
      ChunkFiles files =
          new ChunkFiles(layout, disk, new Quota(root, config.maxBytes()), config.maxQuarantined());
      files.prepare();
      return new FileStore(root, files, lock, tasks);
    } catch (IOException | RuntimeException e) {
      lock.release();
      throw e;
    }
  }

  /** Whether {@code folder} holds such a store, be it damaged. Blocks. */
  public static boolean isIn(Path folder) {
    return new Layout(folder).folders().stream().anyMatch(new Disk()::exists);
  }

  /**
   * Deletes the store in {@code folder}, which nobody has open. What it has set aside as rotten,
   * and what is not the store's, stays. Blocks.
   */
  public static void delete(Path folder, Disk disk) throws IOException {
    new Removal(new Layout(folder), disk).run();
  }

  @Override
  public Mono<Void> store(Chunk chunk, Holding holding) {
    return Mono.defer(
        () -> {
          UnderWay store = new UnderWay(holding, Sinks.empty());
          UnderWay running = underWay.putIfAbsent(chunk.cid(), store);
          if (running == null) {
            tasks.submit(
                () -> {
                  files.store(chunk, holding);
                  return null;
                },
                error -> finish(chunk.cid(), store.end, error));
            return store.end.asMono();
          }
          Mono<Void> end = running.end.asMono();
          return running.holding == holding
              ? end
              : end.onErrorComplete().then(store(chunk, holding));
        });
  }

  private void finish(Cid cid, Sinks.Empty<Void> end, @Nullable Throwable error) {
    underWay.remove(cid);
    if (error == null) {
      end.tryEmitEmpty();
    } else if (error instanceof IOException e) {
      end.tryEmitError(failure(root, "store chunk " + cid, e));
    } else {
      end.tryEmitError(error);
    }
  }

  @Override
  public Mono<Chunk> retrieve(Cid cid) {
    return run("read chunk " + cid, () -> files.read(cid));
  }

  @Override
  public Mono<Boolean> has(Cid cid) {
    return run("look for chunk " + cid, () -> files.has(cid));
  }

  @Override
  public Mono<Boolean> delete(Cid cid) {
    return run("delete chunk " + cid, () -> files.delete(cid));
  }

  /** Reads one folder of 256 at a time, as there is demand. */
  @Override
  public Flux<StoredChunk> stored() {
    return Flux.range(0, Layout.FOLDERS)
        .concatMap(number -> run("list the chunks", () -> files.storedIn(number)), 1)
        .concatMapIterable(chunks -> chunks, 1);
  }

  /** Walks through all folders where there is no quota, as only then nothing else needs it. */
  @Override
  public Mono<StorageUsage> usage() {
    return run("count the chunks", files::usage);
  }

  private <T> Mono<T> run(String what, Callable<@Nullable T> task) {
    return tasks.run(task).onErrorMap(IOException.class, e -> failure(root, what, e));
  }

  private static StorageException failure(Path root, String what, IOException e) {
    return new StorageException(root + ": cannot " + what + ", " + Reason.of(e), e);
  }

  @Override
  public Mono<Void> close() {
    return tasks.close(lock::release);
  }

  @Override
  public String toString() {
    return "file store in " + root;
  }

  private record UnderWay(Holding holding, Sinks.Empty<Void> end) {}
}
