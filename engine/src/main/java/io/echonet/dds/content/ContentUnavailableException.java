package io.echonet.dds.content;

import org.jspecify.annotations.Nullable;

/** Holders are known, but none delivered in time; the message names them and what each did. */
public class ContentUnavailableException extends DdsException {
  private static final long serialVersionUID = 1L;

  public ContentUnavailableException(String message) {
    super(message);
  }

  public ContentUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
