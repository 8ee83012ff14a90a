package io.echonet.dds.storage.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The steps of stores on a disk, each of which may fail; every call blocks. Tests put their own in
 * its place.
 */
public class Disk {
  private static final boolean FOLDERS_OPEN = !System.getProperty("os.name").startsWith("Windows");

  /** Creates {@code file}, writes all of {@code data} and waits until the disk has it. */
  public void writeNew(Path file, ByteBuffer data) throws IOException {
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
  public void rename(Path file, Path target) throws IOException {
    Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Waits until the disk has the names in {@code folder}. */
  public void syncFolder(Path folder) throws IOException {
    // Windows keeps names safe by itself and does not open folders.
    if (FOLDERS_OPEN) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /** Opens {@code file} to be read and written at any position; it must be there. */
  public DiskFile open(Path file) throws IOException {
    return new ChannelFile(
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  /** Creates {@code file}, which must not be there. */
  public DiskFile create(Path file) throws IOException {
    return new ChannelFile(
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE));
  }

  /** What is in {@code folder}, in no order. */
  public List<Path> list(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      entries.forEach(files::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return files;
  }

  public boolean exists(Path file) {
    return Files.exists(file);
  }

  /**
   * Whether there is something by that name, be it a link to nowhere.
   *
   * @throws IOException where that can't be told
   */
  public boolean isThere(Path file) throws IOException {
    try {
      Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Deletes {@code folder} if it is there and nothing is in it. */
  public void deleteIfEmpty(Path folder) throws IOException {
    if (isThere(folder) && list(folder).isEmpty()) {
      delete(folder);
    }
  }

  /** Deletes {@code file} if it is there; not durable before its folder is synced. */
  public void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  /** Makes {@code folder} and those above it that lack, and their names durable. */
  public void createFolders(Path folder) throws IOException {
    Path parent = folder.getParent();
    if (parent != null && !Files.isDirectory(folder)) {
      createFolders(parent);
      Files.createDirectories(folder);
      syncFolder(parent);
    }
  }

  /** All of {@code file}, or its first {@code maxBytes}, in one array of just that length. */
  public byte[] read(Path file, int maxBytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(channel.size(), maxBytes));
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
      return bytes.array();
    }
  }

  /** Whether {@code error} came up because {@code folder} has no room for {@code bytes} more. */
  public boolean isFull(Path folder, long bytes, IOException error) {
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

  /**
   * What {@code folder} has room for; {@link Long#MAX_VALUE} where its file system does not say.
   */
  public long freeBytes(Path folder) throws IOException {
    return totalBytes(folder) == 0 ? Long.MAX_VALUE : folder.toFile().getUsableSpace();
  }

  /**
   * What the file system of {@code folder} has room for when it is empty; 0 where it does not say,
   * as some in memory and on other machines.
   */
  public long totalBytes(Path folder) throws IOException {
    // A file store of the JDK's would read the table of all mounts to say the same.
    long bytes = folder.toFile().getTotalSpace();
    if (bytes == 0 && !Files.exists(folder)) {
      throw new NoSuchFileException(folder.toString());
    }
    return bytes;
  }
}
