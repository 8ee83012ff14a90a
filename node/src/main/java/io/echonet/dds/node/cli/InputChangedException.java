package io.echonet.dds.node.cli;

import io.echonet.dds.content.DdsException;

/** What was being published changed under way, so that no manifest would be true of it. */
final class InputChangedException extends DdsException {
  private static final long serialVersionUID = 1L;

  InputChangedException(String message) {
    super(message);
  }
}
