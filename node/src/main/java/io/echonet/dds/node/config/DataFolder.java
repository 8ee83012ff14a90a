package io.echonet.dds.node.config;

import io.echonet.dds.transport.Identity;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder that a node keeps all its state in: who it is and what it holds. */
public final class DataFolder {
  private static final String IDENTITY = "identity.key";
  private static final String CHUNKS = "chunks";

  private final Path path;

  private DataFolder(Path path) {
    this.path = path;
  }

  /**
   * The folder {@code path}, which is made, with those above it, where it is not there.
   *
   * @throws MachineException where it can't be made, is no folder or can't be written
   */
  public static DataFolder open(Path path) {
    try {
      Files.createDirectories(path);
    } catch (FileAlreadyExistsException e) {
      throw new MachineException("the data folder " + path + " is no folder", e);
    } catch (IOException e) {
      throw MachineException.of("cannot create the data folder " + path, e);
    }
    if (!Files.isWritable(path)) {
      throw new MachineException("the data folder " + path + " can't be written");
    }
    return new DataFolder(path);
  }

  /**
   * Who the node is; made on first use.
   *
   * @throws MachineException where the file can't be read or made, or is damaged
   */
  public Identity identity() {
    return IdentityFile.readOrCreate(path.resolve(IDENTITY));
  }

  /** Where the chunks are kept; one process at a time may use it. */
  public Path chunks() {
    return path.resolve(CHUNKS);
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
