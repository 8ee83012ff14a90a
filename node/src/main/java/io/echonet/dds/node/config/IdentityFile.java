package io.echonet.dds.node.config;

import static java.util.Objects.requireNonNull;

import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.transport.Identity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * The file that makes a node the same peer after a restart: its key pair in libp2p's protobuf form,
 * for its owner's eyes only.
 */
final class IdentityFile {
  private static final int MAX_BYTES = 8192;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private IdentityFile() {}

  /**
   * The identity in {@code file}, which is made with a new one where there is none. Several
   * processes that do this at once get the same.
   *
   * @throws MachineException where it can't be read or made, or holds anything else
   */
  static Identity readOrCreate(Path file) {
    try {
      return read(file);
    } catch (NoSuchFileException e) {
      return create(file);
    } catch (IOException e) {
      throw MachineException.of("cannot read the identity in " + file, e);
    }
  }

  private static Identity create(Path file) {
    try {
      write(file, Identity.generate().encode());
      return read(file);
    } catch (IOException e) {
      throw MachineException.of("cannot create the identity in " + file, e);
    }
  }

  private static Identity read(Path file) throws IOException {
    byte[] bytes;
    try (var in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES);
    }
    tighten(file);
    try {
      return Identity.decode(bytes);
    } catch (MalformedEncodingException e) {
      throw new MachineException(
          "the identity in "
              + file
              + " is damaged ("
              + e.getMessage()
              + "); restore it, or remove it to become another peer",
          e);
    }
  }

  private static void tighten(Path file) throws IOException {
    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
    if (!OWNER_ONLY.containsAll(mode)) {
      Files.setPosixFilePermissions(file, OWNER_ONLY);
      LoggerFactory.getLogger(IdentityFile.class)
          .warn(
              "{} was open to others ({}): now it is rw-------, but the key in it may be known",
              file,
              PosixFilePermissions.toString(mode));
    }
  }

  /**
   * Puts the file in place complete or not at all, and never over another: a link fails where a
   * name is taken, a rename does not.
   */
  private static void write(Path file, byte[] bytes) throws IOException {
    Path folder = requireNonNull(file.toAbsolutePath().getParent());
    byte[] suffix = new byte[8];
    new SecureRandom().nextBytes(suffix);
    Path temporary =
        folder.resolve(file.getFileName() + "." + HexFormat.of().formatHex(suffix) + ".new");
    try {
      writeDurably(temporary, bytes);
      Files.createLink(file, temporary);
    } catch (FileAlreadyExistsException e) {
      // Another process was faster: its identity is the one.
    } finally {
      Files.deleteIfExists(temporary);
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void writeDurably(Path file, byte[] bytes) throws IOException {
    Set<StandardOpenOption> options =
        EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel channel =
        FileChannel.open(file, options, PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
      ByteBuffer source = ByteBuffer.wrap(bytes);
      while (source.hasRemaining()) {
        channel.write(source);
      }
      channel.force(true);
    }
  }
}
