package io.echonet.dds.node.cli;

import io.echonet.dds.node.config.MachineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Content written straight to something that is no regular file: a device, a named pipe. */
final class DeviceOutput implements Output {
  private final Path path;
  private final FileChannel channel;

  private DeviceOutput(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** Opens {@code path}; where it is a named pipe this waits for its reader. */
  static DeviceOutput open(Path path) {
    try {
      return new DeviceOutput(path, FileChannel.open(path, StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw MachineException.of("cannot write " + path, e);
    }
  }

  @Override
  public void write(ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw MachineException.of("cannot write " + path, e);
    }
  }

  @Override
  public void commit() {}

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw MachineException.of("cannot write " + path, e);
    }
  }
}
