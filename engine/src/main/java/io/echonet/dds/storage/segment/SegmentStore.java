package io.echonet.dds.storage.segment;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.storage.Holding;
import io.echonet.dds.storage.StorageException;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.StorageUsage;
import io.echonet.dds.storage.StoredChunk;
import io.echonet.dds.storage.disk.Disk;
import io.echonet.dds.storage.disk.DiskTasks;
import io.echonet.dds.storage.disk.Reason;
import io.echonet.dds.storage.disk.StoreLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A store of a few large files that only grow at their end, durable: a chunk is stored when its
 * record would survive a power cut, and one sync makes all durable that were stored meanwhile. What
 * lies where is kept in memory, so only chunks themselves are read from the disk.
 */
public final class SegmentStore implements StorageProvider {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentStore.class);

  private final Path root;
  private final SegmentStoreConfig config;
  private final SegmentLog log;
  private final StoreLock lock;
  private final DiskTasks writer;
  private final DiskTasks readers;
  private final CommitQueue queue;
  private final Compactor compactor;
  private volatile boolean closed;

  private SegmentStore(
      Path root,
      SegmentStoreConfig config,
      SegmentLog log,
      StoreLock lock,
      DiskTasks writer,
      DiskTasks readers) {
    this.root = root;
    this.config = config;
    this.log = log;
    this.lock = lock;
    this.writer = writer;
    this.readers = readers;
    this.queue = new CommitQueue(root.toString(), log, writer, readers, config);
    this.compactor = new Compactor(root.toString(), log, queue, readers, config);
  }

  /**
   * Opens the store in {@code folder}, which is made where there is none, cuts off what a crash
   * left there, and keeps the folder from being opened again until the store is closed. What is
   * damaged is logged, and the rest of the store serves. Cold.
   *
   * <p>Errors: {@link StorageException} where the folder is in use, by this process or another, or
   * can't be made, read or written; the message is one line for people.
   */
  public static Mono<StorageProvider> open(Path folder, SegmentStoreConfig config) {
    return open(folder, config, new Disk());
  }

  /** As {@link #open}, but fails where any file of the store cannot be read. */
  public static Mono<StorageProvider> openWhole(Path folder, SegmentStoreConfig config) {
    return open(folder, config, new Disk(), true);
  }

  static Mono<StorageProvider> open(Path folder, SegmentStoreConfig config, Disk disk) {
    return open(folder, config, disk, false);
  }

  private static Mono<StorageProvider> open(
      Path folder, SegmentStoreConfig config, Disk disk, boolean whole) {
    Path root = folder.toAbsolutePath().normalize();
    return Mono.defer(
        () -> {
          String name = root.toString();
          DiskTasks readers =
              new DiskTasks(name, config.parallelReads(), config.maxWaitingOperations());
          DiskTasks writer = new DiskTasks(name, 1, 1);
          return readers
              .<StorageProvider>run(
                  () -> {
                    SegmentStore store = open(root, config, disk, whole, writer, readers);
                    store.compactor.wake();
                    return store;
                  })
              .doOnDiscard(SegmentStore.class, store -> store.close().subscribe())
              .onErrorMap(IOException.class, e -> failure(root, "open the store", e))
              .onErrorResume(
                  e ->
                      Mono.when(writer.close(() -> {}), readers.close(() -> {}))
                          .then(Mono.error(e)));
        });
  }

  private static SegmentStore open(
      Path root,
      SegmentStoreConfig config,
      Disk disk,
      boolean whole,
      DiskTasks writer,
      DiskTasks readers)
      throws IOException {
    disk.createFolders(root);
    SegmentLayout layout = new SegmentLayout(root);
    StoreLock lock = StoreLock.acquire(root, layout.lock());
    try {
      SegmentLog log = Recovery.open(layout, config, disk, whole);
      return new SegmentStore(root, config, log, lock, writer, readers);
    } catch (IOException | RuntimeException e) {
      lock.release();
      throw e;
    }
  }

  /** Whether {@code folder} holds such a store, be it damaged. Blocks. */
  public static boolean isIn(Path folder) {
    SegmentLayout layout = new SegmentLayout(folder);
    Disk disk = new Disk();
    return disk.exists(layout.format()) || disk.exists(layout.segments());
  }

  /**
   * Deletes the store in {@code folder}, which nobody has open. What cannot be read from end to
   * end, and what is not the store's, stays. Blocks.
   */
  public static void delete(Path folder, Disk disk) throws IOException {
    new Removal(new SegmentLayout(folder), disk).run();
  }

  @Override
  public Mono<Void> store(Chunk chunk, Holding holding) {
    return whileOpen(
        () -> {
          Change store = new Change.Store(chunk, Holdings.of(holding));
          IndexEntry held = log.index().find(chunk.cid());
          if (held == null) {
            return queue.submit(store).then();
          }
          // What rotted must not be taken for a copy: it is replaced by the good one at hand.
          return run("read chunk " + chunk.cid(), () -> log.holds(chunk, held))
              .flatMap(
                  whole ->
                      whole
                          ? queue.submit(store)
                          : queue
                              .submit(new Change.Forget(chunk.cid(), held))
                              .then(queue.submit(store)))
              .then();
        });
  }

  @Override
  public Mono<Chunk> retrieve(Cid cid) {
    return retrieve(cid, SegmentLog.Check.CHECKSUM);
  }

  @Override
  public Mono<Chunk> retrieveHashed(Cid cid) {
    return retrieve(cid, SegmentLog.Check.HASH);
  }

  private Mono<Chunk> retrieve(Cid cid, SegmentLog.Check check) {
    return whileOpen(
        () ->
            log.index().find(cid) == null
                ? Mono.empty()
                : run("read chunk " + cid, () -> log.read(cid, check))
                    .onErrorResume(RottenChunkException.class, rotten -> forget(cid, rotten)));
  }

  /** So that it can be had from elsewhere; the bytes stay in the segment until it is compacted. */
  private Mono<Chunk> forget(Cid cid, RottenChunkException rotten) {
    LOG.warn("{}; it is held no longer", rotten.getMessage());
    return queue
        .submit(new Change.Forget(cid, rotten.entry()))
        .doOnError(error -> LOG.warn("cannot forget chunk {}: {}", cid, error.toString()))
        .onErrorComplete()
        .then(Mono.error(rotten));
  }

  @Override
  public Mono<Boolean> has(Cid cid) {
    return whileOpen(() -> Mono.just(log.index().find(cid) != null));
  }

  @Override
  public Mono<Set<Cid>> hasAll(Collection<Cid> cids) {
    return whileOpen(
        () ->
            Mono.just(
                cids.stream()
                    .filter(cid -> log.index().find(cid) != null)
                    .collect(Collectors.toSet())));
  }

  @Override
  public Mono<Boolean> delete(Cid cid) {
    return whileOpen(
        () -> {
          IndexEntry held = log.index().find(cid);
          return held == null
              ? Mono.just(false)
              : queue
                  .submit(new Change.Delete(cid))
                  .doOnSuccess(deleted -> compactor.wake(held.segment()));
        });
  }

  /** Copies a few hundred names at a time, as there is demand; reads nothing from the disk. */
  @Override
  public Flux<StoredChunk> stored() {
    return whileOpen(() -> Mono.just(ChunkIndex.SHARDS))
        .flatMapMany(shards -> Flux.range(0, shards))
        .map(log.index()::shard)
        .concatMap(
            shard ->
                Flux.range(0, shard.slabCount())
                    .concatMap(slab -> whileOpen(() -> Mono.just(listed(shard, slab))), 1),
            1)
        .concatMapIterable(chunks -> chunks, 1);
  }

  private static List<StoredChunk> listed(IndexShard shard, int slab) {
    List<StoredChunk> chunks = new ArrayList<>();
    shard.forEach(
        slab,
        (cid, entry) ->
            chunks.add(new StoredChunk(cid, entry.length(), Holdings.set(entry.holdings()))));
    return chunks;
  }

  @Override
  public Mono<StorageUsage> usage() {
    return whileOpen(() -> run("look for free space", this::count));
  }

  private StorageUsage count() throws IOException {
    long bytes = log.index().bytes();
    long free = Math.max(0, Math.min(config.maxBytes() - bytes, log.freeBytes()));
    return new StorageUsage(log.index().chunks(), bytes, config.maxBytes(), free);
  }

  private <T> Mono<T> whileOpen(Supplier<Mono<T>> work) {
    return Mono.defer(
        () -> closed ? Mono.error(new StorageException(root + " is closed")) : work.get());
  }

  private <T> Mono<T> run(String what, Callable<@Nullable T> task) {
    return readers.run(task).onErrorMap(IOException.class, e -> failure(root, what, e));
  }

  private static StorageException failure(Path root, String what, IOException e) {
    return new StorageException(root + ": cannot " + what + ", " + Reason.of(e), e);
  }

  @Override
  public Mono<Void> close() {
    return Mono.defer(
        () -> {
          closed = true;
          compactor.stop();
          return writer
              .close(() -> {})
              .then(
                  readers.close(
                      () -> {
                        log.close();
                        lock.release();
                      }));
        });
  }

  @Override
  public String toString() {
    return "segment store in " + root;
  }
}
