package io.echonet.dds.node.cli;

/** How the program ends, as scripts see it. */
enum ExitCode {
  DONE(0),
  /** Anything no other code is for. */
  FAILED(1),
  /** What was typed is wrong: an option, a CID, an address, an input file. */
  USAGE(2),
  /** Nobody has it. */
  NOT_FOUND(3),
  /** All that was offered was wrong, or the manifest breaks a rule. */
  INTEGRITY(4),
  /** No bootstrap peer reachable, nothing delivered in time, too few copies. */
  UNAVAILABLE(5),
  /** This machine is in the way: a port, a folder, a full disk. */
  MACHINE(6),
  /** Ended by a signal before it was done; where the JVM ends by SIGTERM it says 143 itself. */
  INTERRUPTED(130),
  /** Whoever read the output has gone: what SIGPIPE does to other programs. */
  READER_GONE(141);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  /** The one whose number is {@code code}; {@link #FAILED} where there is none. */
  static ExitCode of(int code) {
    for (ExitCode value : values()) {
      if (value.code == code) {
        return value;
      }
    }
    return FAILED;
  }

  int code() {
    return code;
  }
}
