package io.echonet.dds.node.cli;

import org.jspecify.annotations.Nullable;

/** What was typed can't be done, in a way that the options by themselves do not show. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }

  UsageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
