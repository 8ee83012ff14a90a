package io.echonet.dds.storage.migration;

import io.echonet.dds.storage.StorageException;
import io.echonet.dds.storage.StorageFullException;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.StorageUsage;
import io.echonet.dds.storage.disk.Disk;
import io.echonet.dds.storage.disk.Reason;
import io.echonet.dds.storage.disk.StoreLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The way of a store from one kind to another: all of it is copied, read again and only then put in
 * the old one's place. Whenever it breaks off, the next attempt goes on where it was.
 */
public final class StoreMigration {
  private static final Logger LOG = LoggerFactory.getLogger(StoreMigration.class);

  private final Path folder;
  private final StoreKind to;
  private final Watcher watcher;
  private final MigrationFolder progress;

  private StoreMigration(Path folder, StoreKind to, Watcher watcher, Disk disk) {
    this.folder = folder.toAbsolutePath().normalize();
    this.to = to;
    this.watcher = watcher;
    this.progress = new MigrationFolder(folder, disk);
  }

  /**
   * Makes the store in {@code folder} one of kind {@code to}. What is held and why stays as it is;
   * what has rotted is not moved, and is said. A move to another kind that has begun is given up
   * where the store is still what it is to be. Needs as much room again as the store takes, until
   * it is over. Cold; cancelling breaks it off.
   *
   * <p>Errors: {@link StorageException} where the folder is in use or can't be read or written,
   * {@link io.echonet.dds.storage.StorageFullException} where there is not enough room. The store
   * is then what it was.
   */
  public static Mono<Migrated> run(Path folder, StoreKind to, Watcher watcher) {
    return run(folder, to, watcher, new Disk());
  }

  /** By way of {@code disk}, but for what the stores do themselves. */
  static Mono<Migrated> run(Path folder, StoreKind to, Watcher watcher, Disk disk) {
    return new StoreMigration(folder, to, watcher, disk).run();
  }

  private Mono<Migrated> run() {
    return blocking(this::kind)
        .flatMap(
            kind ->
                kind == to && !progress.exists()
                    ? Mono.just(Migrated.none(kind, Migrated.Outcome.UNCHANGED))
                    : Mono.usingWhen(
                        blocking(progress::lock),
                        lock -> goOn(),
                        lock -> blocking(() -> release(lock))))
        // Another that had begun is over now.
        .flatMap(migrated -> migrated.to() == to ? Mono.just(migrated) : run());
  }

  /** What did not begin leaves nothing behind. */
  private boolean release(StoreLock lock) {
    try {
      if (progress.exists() && progress.stage() == MigrationFolder.Stage.NONE) {
        progress.clear();
      }
    } catch (IOException e) {
      LOG.debug("{} is left", progress, e);
    } finally {
      lock.release();
    }
    return true;
  }

  /** What the store is now; where it is just being replaced, what it was. */
  private StoreKind kind() throws IOException {
    Optional<StoreKind> found = StoreKind.of(folder);
    if (found.isEmpty() && progress.stage() == MigrationFolder.Stage.COPIED) {
      return other(progress.kind());
    }
    return found.orElseThrow(() -> new StorageException("there is no store in " + folder));
  }

  private static StoreKind other(StoreKind kind) {
    return kind == StoreKind.FILE ? StoreKind.SEGMENT : StoreKind.FILE;
  }

  private Mono<Migrated> goOn() {
    return blocking(progress::stage)
        .flatMap(
            stage ->
                switch (stage) {
                  case NONE -> begin();
                  case COPYING -> goOnCopying();
                  case COPIED, REPLACED -> end();
                });
  }

  private Mono<Migrated> begin() {
    return blocking(this::kind)
        .flatMap(kind -> kind == to ? giveUp(kind, Migrated.Outcome.UNCHANGED) : copy(kind));
  }

  private Mono<Migrated> goOnCopying() {
    return blocking(this::kind)
        .flatMap(kind -> kind == to ? giveUp(kind, Migrated.Outcome.GIVEN_UP) : copy(kind));
  }

  private Mono<Migrated> giveUp(StoreKind kind, Migrated.Outcome outcome) {
    return blocking(
        () -> {
          progress.clear();
          return Migrated.none(kind, outcome);
        });
  }

  private Mono<Migrated> copy(StoreKind from) {
    return Mono.usingWhen(
            from.openIn(folder, StorageUsage.UNLIMITED),
            source ->
                beginUnlessBegun(source)
                    .then(new StoreCopy(source, to, progress, watcher).run())
                    .onErrorMap(StorageFullException.class, e -> full(from, e))
                    .flatMap(all -> blocking(() -> endCopying(all))),
            StorageProvider::close)
        .then(end());
  }

  /** While the store is open here: so nobody else has it open, nor will before this is over. */
  private Mono<Void> beginUnlessBegun(StorageProvider source) {
    return blocking(progress::stage)
        .filter(stage -> stage == MigrationFolder.Stage.NONE)
        .flatMap(stage -> source.usage())
        .flatMap(
            usage ->
                blocking(
                    () -> {
                      StorageUsage nothing = new StorageUsage(0, 0, 0, usage.freeBytes());
                      StoreCopy.checkRoom(usage, nothing, to);
                      progress.begin(to);
                      return true;
                    }))
        .then();
  }

  private StorageFullException full(StoreKind from, StorageFullException e) {
    String begun =
        progress.stage() == MigrationFolder.Stage.NONE ? "" : ", or give it up by --to " + from;
    return new StorageFullException(
        "%s cannot be moved: %s; nothing is lost: make room and run this again%s"
            .formatted(folder, e.getMessage(), begun),
        e);
  }

  private Inventory endCopying(Inventory all) throws IOException {
    progress.endCopying(all.chunks(), all.bytes());
    return all;
  }

  /** What follows once all is copied. */
  private Mono<Migrated> end() {
    return blocking(
        () -> {
          StoreKind kind = progress.kind();
          long[] figures = progress.figures();
          if (progress.stage() == MigrationFolder.Stage.COPIED) {
            progress.replace();
          }
          int rotten = progress.rottenCids().size();
          Optional<Path> quarantine = progress.deleteOld();
          progress.clear();
          return new Migrated(
              other(kind),
              kind,
              Migrated.Outcome.MOVED,
              figures[0],
              figures[1],
              rotten,
              quarantine);
        });
  }

  private <T> Mono<T> blocking(Callable<@Nullable T> task) {
    return Mono.fromCallable(task)
        .subscribeOn(Schedulers.boundedElastic())
        .onErrorMap(
            IOException.class,
            e ->
                new StorageException(
                    "cannot move " + folder + " to a " + to + " store: " + Reason.of(e), e));
  }
}
