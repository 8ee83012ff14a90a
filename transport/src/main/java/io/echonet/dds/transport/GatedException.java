package io.echonet.dds.transport;

import org.jspecify.annotations.Nullable;

/** The {@link ConnectionGater} of this host does not want the connection. */
public class GatedException extends TransportException {
  private static final long serialVersionUID = 1L;

  public GatedException(String message) {
    super(message);
  }

  public GatedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
