package io.echonet.dds.content;

import org.jspecify.annotations.Nullable;

/** Bytes that are not what they were asked for or claim to be. */
public class IntegrityException extends DdsException {
  private static final long serialVersionUID = 1L;

  public IntegrityException(String message) {
    super(message);
  }

  public IntegrityException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
