package io.echonet.dds.node.cli;

import io.echonet.dds.content.Manifest;
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
   * @param whole whether a content is to go there from its beginning to its end; a file that is
   *     written only in part can then be gone on with another time
   * @throws UsageException where it is a folder
   * @throws MachineException where its folder is missing or can't be written
   */
  static Output open(String target, boolean whole, Console console) {
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
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      return DeviceOutput.open(path);
    }
    return whole ? ResumableOutput.open(path, console) : FileOutput.create(path);
  }

  /**
   * Looks at what is there of the content already, from its beginning; what is written then goes
   * behind it. To be called before anything is written.
   *
   * @return how many bytes of it there are, verified
   * @throws MachineException where it can't be read
   */
  default long resume(Manifest content) throws InterruptedException {
    return 0;
  }

  /** What was written is not worth keeping. */
  default void spoil() {}

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

  /**
   * Lets go; what was not committed is not left behind under the file's name, where that can be
   * helped. Idempotent.
   */
  @Override
  void close();
}
