package io.echonet.dds.node.cli;

/** The other end of standard output was closed: nobody wants the rest. */
final class ReaderGoneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ReaderGoneException(Throwable cause) {
    super("standard output was closed by its reader", cause);
  }
}
