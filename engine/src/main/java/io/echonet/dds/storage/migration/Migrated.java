package io.echonet.dds.storage.migration;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a {@link StoreMigration} has come to.
 *
 * @param from what the store was, at the beginning of this attempt
 * @param to what it is now
 * @param outcome how it came to be that
 * @param chunks chunks that it holds now, where it was moved
 * @param bytes their lengths together
 * @param rotten chunks that no longer hashed to their names and were not moved
 * @param left where that is which did not go with the old store: what could not be read of it, what
 *     it had set aside as rotten, and what was not its own
 */
public record Migrated(
    StoreKind from,
    StoreKind to,
    Outcome outcome,
    long chunks,
    long bytes,
    int rotten,
    Optional<Path> left) {
  /** How the store came to be what it was to be. */
  public enum Outcome {
    /** It was moved, in this attempt or with those before. */
    MOVED,
    /** It was before. */
    UNCHANGED,
    /** It was, and a move to another kind that had begun was given up. */
    GIVEN_UP
  }

  static Migrated none(StoreKind kind, Outcome outcome) {
    return new Migrated(kind, kind, outcome, 0, 0, 0, Optional.empty());
  }
}
