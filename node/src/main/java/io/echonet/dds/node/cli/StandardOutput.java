package io.echonet.dds.node.cli;

import java.nio.ByteBuffer;

/** Content written to standard output as it is verified. */
record StandardOutput(Console console) implements Output {
  @Override
  public void write(ByteBuffer bytes) {
    console.write(bytes);
  }

  @Override
  public void commit() {}

  @Override
  public void close() {}
}
