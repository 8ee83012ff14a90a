package io.echonet.dds.transport;

import org.jspecify.annotations.Nullable;

/** A peer could not be reached; the message names each address tried and why it failed. */
public class DialException extends TransportException {
  private static final long serialVersionUID = 1L;

  public DialException(String message) {
    super(message);
  }

  public DialException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
