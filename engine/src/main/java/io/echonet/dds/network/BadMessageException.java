package io.echonet.dds.network;

import io.echonet.dds.transport.StreamException;

/** A message that breaks PROTOCOL section 2; its stream is reset. */
final class BadMessageException extends StreamException {
  private static final long serialVersionUID = 1L;

  BadMessageException(String message) {
    super(message);
  }
}
