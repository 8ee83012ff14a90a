package io.echonet.dds.transport;

import org.jspecify.annotations.Nullable;

/** An address could not be listened on: it is in use, not of this machine, or not understood. */
public class ListenException extends TransportException {
  private static final long serialVersionUID = 1L;

  public ListenException(String message) {
    super(message);
  }

  public ListenException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
