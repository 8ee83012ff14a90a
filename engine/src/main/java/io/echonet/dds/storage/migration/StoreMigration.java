package io.echonet.dds.storage.migration;

import io.echonet.dds.storage.StorageException;
import io.echonet.dds.storage.StorageFullException;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.StorageUsage;
import io.echonet.dds.storage.disk.Disk;
import io.echonet.dds.storage.disk.DiskTasks;
import io.echonet.dds.storage.disk.Reason;
import io.echonet.dds.storage.disk.StoreLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The way of a store from one kind to another: all of it is copied, read again and only then put in
 * the old one's place. Whenever it breaks off, the next attempt goes on where it was.
 */
public final class StoreMigration {
  private static final Logger LOG = LoggerFactory.getLogger(StoreMigration.class);

  private static final int WAITING_STEPS = 4;

  private final Path folder;
  private final StoreKind to;
  private final Watcher watcher;
  private final MigrationFolder progress;
  private final DiskTasks steps;

  private StoreMigration(
      Path folder, StoreKind to, Watcher watcher, MigrationFolder progress, DiskTasks steps) {
    this.folder = folder;
    this.to = to;
    this.watcher = watcher;
    this.progress = progress;
    this.steps = steps;
  }

  /**
   * Makes the store in {@code folder} one of kind {@code to}. What is held and why stays as it is;
   * what has rotted is not moved, and is said. A move to another kind that has begun is given up
   * where the store is still what it is to be. Needs as much room again as the store takes, until
   * it is over. Cold; cancelling breaks it off.
   *
   * <p>Errors: {@link StorageException} where the folder is in use, can't be written, or can't be
   * read in full, and where it is a file system of its own; {@link
   * io.echonet.dds.storage.StorageFullException} where there is not enough room. The store is then
   * what it was.
   */
  public static Mono<Migrated> run(Path folder, StoreKind to, Watcher watcher) {
    return run(folder, to, watcher, new Disk());
  }

  /** By way of {@code disk}, but for what the stores do themselves. */
  static Mono<Migrated> run(Path folder, StoreKind to, Watcher watcher, Disk disk) {
    Path chunks = folder.toAbsolutePath().normalize();
    return Mono.usingWhen(
            // One after the other, and what has begun is completed: when the lock is given back,
            // nothing goes on.
            Mono.fromSupplier(() -> new DiskTasks("the move of " + chunks, 1, WAITING_STEPS)),
            steps ->
                steps
                    .run(() -> MigrationFolder.beside(chunks, disk))
                    .map(beside -> new StoreMigration(chunks, to, watcher, beside, steps))
                    .flatMap(StoreMigration::run),
            steps -> steps.close(() -> {}))
        .onErrorMap(
            IOException.class,
            e ->
                new StorageException(
                    "cannot move " + chunks + " to a " + to + " store: " + Reason.of(e), e));
  }

  private Mono<Migrated> run() {
    return steps
        .run(this::isDone)
        .flatMap(
            done ->
                done
                    ? Mono.just(Migrated.none(to, Migrated.Outcome.UNCHANGED))
                    : Mono.usingWhen(
                        steps.run(progress::lock),
                        lock -> goOn(),
                        lock -> steps.run(() -> release(lock))))
        // Another that had begun is over now.
        .flatMap(migrated -> migrated.to() == to ? Mono.just(migrated) : run());
  }

  private boolean isDone() throws IOException {
    return kind() == to && !progress.exists();
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
      return progress.kind().other();
    }
    return found.orElseThrow(() -> new StorageException("there is no store in " + folder));
  }

  private record Found(StoreKind kind, MigrationFolder.Stage stage, boolean isOldInPlace) {}

  private Mono<Migrated> goOn() {
    return steps
        .run(() -> new Found(kind(), progress.stage(), progress.isOldInPlace()))
        .flatMap(
            found ->
                switch (found.stage()) {
                  case NONE ->
                      found.kind() == to ? giveUp(Migrated.Outcome.UNCHANGED) : copy(found.kind());
                  case COPYING ->
                      found.kind() == to ? giveUp(Migrated.Outcome.GIVEN_UP) : copy(found.kind());
                  case COPIED ->
                      found.kind() == to && found.isOldInPlace()
                          ? giveUp(Migrated.Outcome.GIVEN_UP)
                          : end();
                  case REPLACED -> end();
                });
  }

  private Mono<Migrated> giveUp(Migrated.Outcome outcome) {
    return steps.run(
        () -> {
          progress.forgetCopied();
          progress.clear();
          return Migrated.none(to, outcome);
        });
  }

  private Mono<Migrated> copy(StoreKind from) {
    return Mono.usingWhen(
            from.openWholeIn(folder),
            source ->
                beginUnlessBegun(source)
                    .then(new StoreCopy(source, to, progress, watcher).run())
                    .onErrorResume(StorageFullException.class, e -> full(from, e))
                    .flatMap(all -> steps.run(() -> endCopying(all))),
            StorageProvider::close)
        .then(end());
  }

  /** While the store is open here: so nobody else has it open, nor will before this is over. */
  private Mono<Void> beginUnlessBegun(StorageProvider source) {
    return steps
        .run(progress::stage)
        .filter(stage -> stage == MigrationFolder.Stage.NONE)
        .flatMap(stage -> source.usage())
        .flatMap(usage -> steps.run(() -> begin(usage)))
        .then();
  }

  private boolean begin(StorageUsage usage) throws IOException {
    progress.checkReplaceable();
    StorageUsage nothing = new StorageUsage(0, 0, 0, usage.freeBytes());
    StoreCopy.checkRoom(usage, nothing, to);
    progress.begin(to);
    return true;
  }

  private Mono<Inventory> full(StoreKind from, StorageFullException e) {
    return steps
        .run(progress::stage)
        .map(stage -> stage == MigrationFolder.Stage.NONE ? "" : ", or give it up by --to " + from)
        .flatMap(
            hint ->
                Mono.error(
                    new StorageFullException(
                        "%s cannot be moved: %s; nothing is lost: make room and run this again%s"
                            .formatted(folder, e.getMessage(), hint),
                        e)));
  }

  private Inventory endCopying(Inventory all) throws IOException {
    progress.endCopying(all.chunks(), all.bytes());
    return all;
  }

  /** What follows once all is copied. */
  private Mono<Migrated> end() {
    return steps.run(
        () -> {
          StoreKind kind = progress.kind();
          long[] figures = progress.figures();
          if (progress.stage() == MigrationFolder.Stage.COPIED) {
            replace(kind);
          }
          int rotten = progress.rottenCids().size();
          Optional<Path> left = progress.deleteOld(kind.other());
          progress.clear();
          return new Migrated(
              kind.other(), kind, Migrated.Outcome.MOVED, figures[0], figures[1], rotten, left);
        });
  }

  private void replace(StoreKind kind) throws IOException {
    try {
      progress.replace();
    } catch (IOException e) {
      if (progress.isOldInPlace()) {
        throw new StorageException(
            ("%s cannot be replaced: %s; nothing is lost: run this again, or give it up by --to"
                    + " %s")
                .formatted(folder, Reason.of(e), kind.other()),
            e);
      }
      throw e;
    }
  }
}
