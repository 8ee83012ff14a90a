package io.echonet.dds.transport;

import org.jspecify.annotations.Nullable;

/** The connection has ended, and all its streams with it. */
public class ConnectionException extends TransportException {
  private static final long serialVersionUID = 1L;

  public ConnectionException(String message) {
    super(message);
  }

  public ConnectionException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
