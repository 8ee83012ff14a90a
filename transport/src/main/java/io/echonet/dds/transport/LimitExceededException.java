package io.echonet.dds.transport;

import org.jspecify.annotations.Nullable;

/** A configured limit refused it; the message says which, its value and where. */
public class LimitExceededException extends TransportException {
  private static final long serialVersionUID = 1L;

  public LimitExceededException(String message) {
    super(message);
  }

  public LimitExceededException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
