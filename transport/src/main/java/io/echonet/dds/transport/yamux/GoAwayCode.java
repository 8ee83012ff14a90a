package io.echonet.dds.transport.yamux;

/** Why a session ends [yamux, Session termination]. */
enum GoAwayCode {
  NORMAL(0),
  PROTOCOL_ERROR(1),
  INTERNAL_ERROR(2);

  private final int code;

  GoAwayCode(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  YamuxFrame.GoAway frame() {
    return new YamuxFrame.GoAway(code);
  }

  /** For messages to people; peers may send codes that the specification does not know. */
  static String describe(int code) {
    return switch (code) {
      case 0 -> "normal termination";
      case 1 -> "protocol error";
      case 2 -> "internal error";
      default -> "code " + Integer.toUnsignedString(code);
    };
  }
}
