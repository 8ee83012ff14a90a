package io.echonet.dds.storage;

import io.echonet.dds.content.DdsException;
import org.jspecify.annotations.Nullable;

/** The store could not do what was asked; the message names the place and the cause. */
public class StorageException extends DdsException {
  private static final long serialVersionUID = 1L;

  public StorageException(String message) {
    super(message);
  }

  public StorageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
