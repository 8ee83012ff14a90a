package io.echonet.dds.node.cli;

import io.echonet.dds.node.config.MachineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A file that appears under its name only when it is complete and verified. Until then it lies
 * beside it under a name of its own, which is removed where it comes to nothing.
 */
final class FileOutput implements Output {
  private final TargetFile target;
  private final Path temporary;
  private final FileChannel channel;
  private boolean committed;

  private FileOutput(TargetFile target, Path temporary, FileChannel channel) {
    this.target = target;
    this.temporary = temporary;
    this.channel = channel;
  }

  static FileOutput create(Path path) {
    TargetFile target = TargetFile.of(path);
    String random = Long.toHexString(ThreadLocalRandom.current().nextLong());
    Path temporary = target.beside(".", "." + random + ".part");
    try {
      return new FileOutput(
          target,
          temporary,
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw target.cannotWrite(e);
    }
  }

  @Override
  public void write(ByteBuffer bytes) {
    target.write(channel, bytes);
  }

  @Override
  public void commit() {
    target.become(temporary, channel);
    committed = true;
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
