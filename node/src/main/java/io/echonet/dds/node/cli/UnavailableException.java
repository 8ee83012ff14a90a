package io.echonet.dds.node.cli;

/** Who was asked did not answer. */
final class UnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnavailableException(String message) {
    super(message);
  }
}
