package io.echonet.dds.storage.disk;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What went wrong with a file, in words: many of Java's exceptions say it by their type alone. */
public final class Reason {
  private Reason() {}

  public static String of(IOException error) {
    if (error instanceof NoSuchFileException e) {
      return e.getFile() + " does not exist";
    }
    if (error instanceof AccessDeniedException e) {
      return "no permission for " + e.getFile();
    }
    if (error instanceof NotDirectoryException || error instanceof FileAlreadyExistsException) {
      return ((FileSystemException) error).getFile() + " is no folder";
    }
    String message = error.getMessage();
    return message == null ? error.toString() : message;
  }
}
