package io.echonet.dds.transport;

import org.jspecify.annotations.Nullable;

/** A stream was reset by the peer or by this end. */
public class StreamResetException extends StreamException {
  private static final long serialVersionUID = 1L;

  public StreamResetException(String message) {
    super(message);
  }

  public StreamResetException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
