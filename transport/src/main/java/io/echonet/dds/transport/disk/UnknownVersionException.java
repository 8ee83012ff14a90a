package io.echonet.dds.transport.disk;

import java.io.IOException;
import java.nio.file.Path;

/** A file is whole, and of a version that this program does not know; it is left as it is. */
public final class UnknownVersionException extends IOException {
  private static final long serialVersionUID = 1L;

  UnknownVersionException(Path file, int version, int known) {
    super(file + " is of version " + version + ", which is not the " + known + " known here");
  }
}
