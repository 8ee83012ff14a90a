package io.echonet.dds.node.cli;

import io.echonet.dds.content.ContentNotFoundException;
import io.echonet.dds.content.ContentUnavailableException;
import io.echonet.dds.content.DdsException;
import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.content.TooFewCopiesException;
import io.echonet.dds.node.config.BootstrapException;
import io.echonet.dds.node.config.MachineException;
import io.echonet.dds.storage.StorageException;
import io.echonet.dds.transport.ListenException;
import io.echonet.dds.transport.TransportException;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.TimeoutException;

/**
 * What a failure means to whoever typed the command: an exit code and one line that names the
 * value, limit or place.
 */
record ErrorReport(ExitCode code, String line) {
  static ErrorReport of(Throwable failure) {
    if (failure instanceof ReportedException reported) {
      return reported.report();
    }
    ExitCode code = codeOf(failure);
    return new ErrorReport(code, oneLine(lineOf(failure, code)));
  }

  private static ExitCode codeOf(Throwable failure) {
    if (failure instanceof UsageException) {
      return ExitCode.USAGE;
    }
    if (failure instanceof ContentNotFoundException) {
      return ExitCode.NOT_FOUND;
    }
    if (failure instanceof IntegrityException) {
      return ExitCode.INTEGRITY;
    }
    if (failure instanceof StorageException
        || failure instanceof ListenException
        || failure instanceof MachineException
        || failure instanceof IOException) {
      return ExitCode.MACHINE;
    }
    if (failure instanceof ContentUnavailableException
        || failure instanceof TooFewCopiesException
        || failure instanceof BootstrapException
        || failure instanceof UnavailableException
        || failure instanceof TransportException
        || failure instanceof TimeoutException) {
      return ExitCode.UNAVAILABLE;
    }
    if (failure instanceof ReaderGoneException) {
      return ExitCode.READER_GONE;
    }
    if (failure instanceof InterruptedException) {
      return ExitCode.INTERRUPTED;
    }
    return ExitCode.FAILED;
  }

  private static String lineOf(Throwable failure, ExitCode code) {
    if (failure instanceof IOException e) {
      return MachineException.reason(e);
    }
    if (failure instanceof TooFewCopiesException e) {
      return "stored here as "
          + e.cid()
          + ", but only "
          + e.confirmed()
          + " of "
          + e.wanted()
          + " other nodes confirmed every chunk: "
          + e.detail();
    }
    String message = Objects.requireNonNullElse(failure.getMessage(), "");
    if (code == ExitCode.FAILED && !(failure instanceof DdsException)) {
      // Not an error that anybody foresaw, so the kind says more than the words.
      String kind = failure.getClass().getSimpleName();
      return "unexpected " + (message.isEmpty() ? kind : kind + ": " + message);
    }
    return message.isEmpty() ? failure.getClass().getSimpleName() : message;
  }

  /** Control characters would let a peer's message draw on the terminal. */
  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", "; ").replaceAll("\\p{Cntrl}", "?");
  }
}
