package io.echonet.dds.storage.migration;

import io.echonet.dds.content.Cid;

/** Is told how a {@link StoreMigration} goes on, by one thread at a time. */
public interface Watcher {
  /**
   * So many bytes of so many are done; each chunk counts twice, as it is copied and as the copy is
   * read.
   */
  void reached(long bytes, long allBytes);

  /** That chunk no longer hashes to its name, and is not moved; {@code reason} says more. */
  void foundRotten(Cid cid, String reason);
}
