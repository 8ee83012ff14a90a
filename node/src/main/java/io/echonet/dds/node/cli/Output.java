package io.echonet.dds.node.cli;

import io.echonet.dds.node.config.MachineException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where fetched content goes. Used from one thread at a time; writing blocks. */
interface Output extends AutoCloseable {
  /** The name that stands for standard output. */
  String STANDARD_OUTPUT = "-";

  /**
   * Opens the place that {@code target} names, before anything is fetched.
   *
   * @throws UsageException where it is a folder
   * @throws MachineException where its folder is missing or can't be written
   */
  static Output open(String target, Console console) {
    if (target.equals(STANDARD_OUTPUT)) {
      return new StandardOutput(console);
    }
    if (target.isEmpty()) {
      throw new UsageException("'' (--output) names no file");
    }
    Path path = Path.of(target);
    if (Files.isDirectory(path)) {
      throw new UsageException("'" + target + "' is a folder; name a file to write");
    }
    return Files.exists(path) && !Files.isRegularFile(path)
        ? DeviceOutput.open(path)
        : FileOutput.create(path);
  }

  /**
   * Takes all of {@code bytes}.
   *
   * @throws MachineException where they can't be written
   * @throws ReaderGoneException where nobody reads any more
   */
  void write(ByteBuffer bytes);

  /**
   * All is written and verified: makes it last.
   *
   * @throws MachineException where that fails
   */
  void commit();

  /** Lets go; what was not committed is not left behind, where that can be helped. Idempotent. */
  @Override
  void close();
}
