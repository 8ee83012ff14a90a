package io.echonet.dds.storage.filestore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** The steps that make a file durable, each of which may fail; every call blocks. */
class Disk {
  private static final boolean FOLDERS_OPEN = !System.getProperty("os.name").startsWith("Windows");

  /** Creates {@code file}, writes all of {@code data} and waits until the disk has it. */
  void writeNew(Path file, ByteBuffer data) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      while (data.hasRemaining()) {
        channel.write(data);
      }
      channel.force(true);
    }
  }

  /**
   * Gives {@code file} another name on the same file system, in one step, in place of what is
   * there.
   */
  void rename(Path file, Path target) throws IOException {
    Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Waits until the disk has the names in {@code folder}. */
  void syncFolder(Path folder) throws IOException {
    // Windows keeps names safe by itself and does not open folders.
    if (FOLDERS_OPEN) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /** All of {@code file}, or its first {@code maxBytes}, in one array of just that length. */
  byte[] read(Path file, int maxBytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(channel.size(), maxBytes));
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
      return bytes.array();
    }
  }

  /** Whether {@code error} came up because {@code folder} has no room for {@code bytes} more. */
  boolean isFull(Path folder, long bytes, IOException error) {
    String reason = String.valueOf(error.getMessage()).toLowerCase(Locale.ROOT);
    if (reason.contains("no space left")
        || reason.contains("quota exceeded")
        || reason.contains("not enough space")) {
      return true;
    }
    // The system's words for it may be in any language.
    try {
      return freeBytes(folder) < bytes;
    } catch (IOException e) {
      return false;
    }
  }

  /** What {@code folder} has room for. */
  long freeBytes(Path folder) throws IOException {
    return Files.getFileStore(folder).getUsableSpace();
  }
}
