package io.echonet.dds.storage;

import org.jspecify.annotations.Nullable;

/** The quota or the disk is full; what is held can still be read. */
public class StorageFullException extends StorageException {
  private static final long serialVersionUID = 1L;

  public StorageFullException(String message) {
    super(message);
  }

  public StorageFullException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
