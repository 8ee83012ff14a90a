package io.echonet.dds.node.cli;

import static java.util.Objects.requireNonNull;

import io.echonet.dds.node.config.MachineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A file that appears under its name only when it is complete and verified. Until then it lies
 * beside it under a name of its own, which is removed where it comes to nothing.
 */
final class FileOutput implements Output {
  /** A name may have 255 bytes; this leaves room for what is added, whatever the characters. */
  private static final int MAX_KEPT_CHARACTERS = 50;

  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private boolean committed;

  private FileOutput(Path target, Path temporary, FileChannel channel) {
    this.target = target;
    this.temporary = temporary;
    this.channel = channel;
  }

  static FileOutput create(Path path) {
    try {
      checkName(path);
      // A link to a file stays a link: it is the file that is replaced.
      Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath().normalize();
      Path temporary = target.resolveSibling(temporaryName(target.getFileName().toString()));
      return new FileOutput(
          target,
          temporary,
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw MachineException.of("cannot write " + path, e);
    }
  }

  /** Before anything is fetched: a name that is too long would show only when all is there. */
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

  private static String temporaryName(String name) {
    String kept =
        name.length() <= MAX_KEPT_CHARACTERS ? name : name.substring(0, MAX_KEPT_CHARACTERS);
    return "." + kept + "." + Long.toHexString(ThreadLocalRandom.current().nextLong()) + ".part";
  }

  @Override
  public void write(ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw MachineException.of("cannot write " + target, e);
    }
  }

  @Override
  public void commit() {
    try {
      channel.force(true);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      committed = true;
      try (FileChannel folder =
          FileChannel.open(requireNonNull(target.getParent()), StandardOpenOption.READ)) {
        folder.force(true);
      }
    } catch (IOException e) {
      throw MachineException.of("cannot write " + target, e);
    }
  }

  @Override
  public void close() {
    try {
      // The name first: if closing fails it is gone all the same.
      if (!committed) {
        Files.deleteIfExists(temporary);
      }
      channel.close();
    } catch (IOException e) {
      throw MachineException.of("cannot remove " + temporary, e);
    }
  }
}
