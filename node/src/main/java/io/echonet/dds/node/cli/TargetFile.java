package io.echonet.dds.node.cli;

import static java.util.Objects.requireNonNull;

import io.echonet.dds.node.config.MachineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The file that is to hold a content once it is complete; until then another one beside it is
 * written.
 */
final class TargetFile {
  private static final int MAX_NAME_BYTES = 255;

  /** A name may have 255 bytes; this leaves room for what is added, whatever the characters. */
  private static final int MAX_KEPT_CHARACTERS = 50;

  private final Path path;

  private TargetFile(Path path) {
    this.path = path;
  }

  /**
   * The file that {@code path} names. A link to a file stays a link: it is the file that is
   * replaced.
   *
   * @throws MachineException where it can't be written; a name that is too long would else show
   *     only when all is there
   */
  static TargetFile of(Path path) {
    try {
      checkName(path);
      return new TargetFile(
          Files.exists(path) ? path.toRealPath() : path.toAbsolutePath().normalize());
    } catch (IOException e) {
      throw MachineException.of("cannot write " + path, e);
    }
  }

  private static void checkName(Path path) throws IOException {
    Path folder = requireNonNull(path.toAbsolutePath().normalize().getParent());
    if (Files.notExists(folder)) {
      throw new MachineException(
          "cannot write " + path + ": the folder " + folder + " does not exist");
    }
    try {
      Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      // That is what it is to be.
    }
  }

  /**
   * A file beside it, of its name between what is given; of the name's beginning where it is long.
   */
  Path beside(String before, String after) {
    String name = requireNonNull(path.getFileName()).toString();
    String whole = before + name + after;
    if (whole.getBytes(StandardCharsets.UTF_8).length <= MAX_NAME_BYTES) {
      return path.resolveSibling(whole);
    }
    String kept = name.substring(0, Math.min(name.length(), MAX_KEPT_CHARACTERS));
    return path.resolveSibling(before + kept + "." + Integer.toHexString(name.hashCode()) + after);
  }

  /**
   * Writes all of {@code bytes} at the end of {@code channel}.
   *
   * @throws MachineException where that fails
   */
  void write(FileChannel channel, ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /**
   * Makes {@code complete}, which is open as {@code channel}, this file, and makes that last.
   *
   * @throws MachineException where that fails
   */
  void become(Path complete, FileChannel channel) {
    try {
      channel.force(true);
      Files.move(complete, path, StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel folder =
          FileChannel.open(requireNonNull(path.getParent()), StandardOpenOption.READ)) {
        folder.force(true);
      }
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  MachineException cannotWrite(IOException cause) {
    return MachineException.of("cannot write " + path, cause);
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
