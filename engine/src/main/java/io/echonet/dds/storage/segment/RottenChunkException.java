package io.echonet.dds.storage.segment;

import io.echonet.dds.content.IntegrityException;

/** What lies where a chunk was written no longer hashes to its name. */
final class RottenChunkException extends IntegrityException {
  private static final long serialVersionUID = 1L;

  private final transient IndexEntry entry;

  RottenChunkException(String message, IndexEntry entry, Throwable cause) {
    super(message, cause);
    this.entry = entry;
  }

  /** Where that is. */
  IndexEntry entry() {
    return entry;
  }
}
