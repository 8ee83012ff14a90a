package io.echonet.dds.network;

import org.jspecify.annotations.Nullable;

/** A request that is answered with an error code; the message is for the one who asked. */
final class RejectedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  RejectedException(ErrorCode code, @Nullable String message) {
    super(message, null, false, false);
    this.code = code;
  }

  ErrorCode code() {
    return code;
  }
}
