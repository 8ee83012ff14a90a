package io.echonet.dds.integration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The program's classes as this JVM keeps them ready, made once for each build of the jar: what the
 * launcher has for users, and what makes dozens of starts affordable here.
 */
final class ClassArchive {
  private static final long LIMIT_SECONDS = 120;

  private ClassArchive() {}

  /** The options by which {@code java} uses the archive of {@code jar}; none where it has none. */
  static List<String> options(String java, Path jar) {
    try {
      Path archive = jar.resolveSibling("dds-tests-" + Runtime.version().feature() + ".jsa");
      if (!isNewer(archive, jar) && !make(java, jar, archive)) {
        return List.of();
      }
      return List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds*=off");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static boolean isNewer(Path archive, Path jar) throws IOException {
    return Files.exists(archive)
        && Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(jar)) > 0;
  }

  private static boolean make(String java, Path jar, Path archive)
      throws IOException, InterruptedException {
    Path unfinished = archive.resolveSibling(archive.getFileName() + ".new");
    Files.deleteIfExists(unfinished);
    Process process =
        new ProcessBuilder(
                java, "-XX:ArchiveClassesAtExit=" + unfinished, "-jar", jar.toString(), "warm-up")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      return false;
    }
    if (process.exitValue() != 0 || Files.notExists(unfinished)) {
      return false;
    }
    Files.move(unfinished, archive, StandardCopyOption.ATOMIC_MOVE);
    return true;
  }
}
