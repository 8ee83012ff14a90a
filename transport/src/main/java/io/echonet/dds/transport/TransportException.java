package io.echonet.dds.transport;

import org.jspecify.annotations.Nullable;

/** Anything that goes wrong in the transport. Subtypes say what it ends. */
public class TransportException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TransportException(String message) {
    super(message);
  }

  public TransportException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
