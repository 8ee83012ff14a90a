package io.echonet.dds.transport.yamux;

import io.echonet.dds.transport.ConnectionException;

/** The session has ended, for a reason that has a code on the wire. */
final class YamuxException extends ConnectionException {
  private static final long serialVersionUID = 1L;

  private final GoAwayCode code;

  private YamuxException(GoAwayCode code, String message) {
    super(message);
    this.code = code;
  }

  /** The peer has broken a rule. */
  static YamuxException protocol(String message) {
    return new YamuxException(GoAwayCode.PROTOCOL_ERROR, message);
  }

  GoAwayCode code() {
    return code;
  }
}
