package io.echonet.dds.node.cli;

import io.echonet.dds.content.Sha256;
import io.echonet.dds.node.config.MachineException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.stream.Stream;

/**
 * A real file of this machine that is large enough to show something: what every JDK has.
 *
 * @param origin what it is, in words
 */
record DemoContent(Path file, long size, String origin) {
  private static final long MIN_BYTES = 100_000_000;
  private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

  /** The JDK's class image where it is large enough, else its files one after another. */
  static DemoContent find(Path folder) {
    try {
      Path modules = JAVA_HOME.resolve("lib/modules");
      if (Files.isReadable(modules) && Files.size(modules) >= MIN_BYTES) {
        return of(modules.toRealPath());
      }
      return concatenated(folder.resolve("jdk-files"));
    } catch (IOException e) {
      throw MachineException.of("cannot read the files of " + JAVA_HOME, e);
    }
  }

  /** A file that somebody chose. */
  static DemoContent of(Path file) throws IOException {
    return new DemoContent(file, Files.size(file), file.toString());
  }

  private static DemoContent concatenated(Path target) throws IOException {
    try (Stream<Path> walk = Files.walk(JAVA_HOME);
        OutputStream out = Files.newOutputStream(target)) {
      Iterator<Path> files = walk.filter(Files::isRegularFile).filter(Files::isReadable).iterator();
      long size = 0;
      while (size < MIN_BYTES && files.hasNext()) {
        size += Files.copy(files.next(), out);
      }
      return new DemoContent(target, size, "the files of " + JAVA_HOME + ", one after another");
    }
  }

  /** The digest of the file as it is on disk, in hexadecimal. */
  String sha256() throws IOException {
    MessageDigest digest = Sha256.newDigest();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
