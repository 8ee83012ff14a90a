package io.echonet.dds.transport;

import org.jspecify.annotations.Nullable;

/** The peer refused every protocol that was proposed for a stream. */
public class ProtocolNotSupportedException extends StreamException {
  private static final long serialVersionUID = 1L;

  public ProtocolNotSupportedException(String message) {
    super(message);
  }

  public ProtocolNotSupportedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
