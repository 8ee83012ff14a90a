package io.echonet.dds.transport;

import org.jspecify.annotations.Nullable;

/** One stream has ended; its connection and the other streams go on. */
public class StreamException extends TransportException {
  private static final long serialVersionUID = 1L;

  public StreamException(String message) {
    super(message);
  }

  public StreamException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
