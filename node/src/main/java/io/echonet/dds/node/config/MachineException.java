package io.echonet.dds.node.config;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;

/** Something about this machine is in the way: a folder, a file, a disk. The message names it. */
public final class MachineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MachineException(String message) {
    super(message);
  }

  public MachineException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** A failure of what was to be done: {@code what}, a clause, is followed by the reason. */
  public static MachineException of(String what, IOException cause) {
    return new MachineException(what + ": " + reason(cause), cause);
  }

  /** Why it failed, in words: the exceptions of {@code java.nio.file} say only where. */
  public static String reason(IOException failure) {
    if (failure instanceof NoSuchFileException e) {
      return e.getFile() + " does not exist";
    }
    if (failure instanceof AccessDeniedException e) {
      return "permission denied for " + e.getFile();
    }
    if (failure instanceof FileAlreadyExistsException e) {
      return e.getFile() + " is in the way";
    }
    if (failure instanceof NotDirectoryException e) {
      return e.getFile() + " is no folder";
    }
    if (failure instanceof FileSystemException e && e.getReason() != null) {
      return e.getReason();
    }
    return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
  }
}
