package io.echonet.dds.content;

import org.jspecify.annotations.Nullable;

/** Anything the engine reports. Subtypes say what kind it is; the message is meant for people. */
public class DdsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DdsException(String message) {
    super(message);
  }

  public DdsException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
