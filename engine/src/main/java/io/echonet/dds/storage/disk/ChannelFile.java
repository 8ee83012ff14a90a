package io.echonet.dds.storage.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A file of the system's. */
final class ChannelFile implements DiskFile {
  /**
   * Read at once into a heap buffer: the JDK keeps a direct buffer of the longest such read for
   * each thread. A chunk, with what a store writes in front of it, is read at once.
   */
  private static final int MAX_READ_BYTES = 260 * 1024;

  private final FileChannel channel;

  ChannelFile(FileChannel channel) {
    this.channel = channel;
  }

  @Override
  public void read(ByteBuffer target, long position) throws IOException {
    long at = position;
    int limit = target.limit();
    int read = 0;
    while (target.position() < limit && read >= 0) {
      target.limit(Math.min(limit, target.position() + MAX_READ_BYTES));
      read = channel.read(target, at);
      at += read;
      target.limit(limit);
    }
  }

  @Override
  public void write(ByteBuffer data, long position) throws IOException {
    long at = position;
    while (data.hasRemaining()) {
      at += channel.write(data, at);
    }
  }

  @Override
  public void force() throws IOException {
    channel.force(false);
  }

  @Override
  public long size() throws IOException {
    return channel.size();
  }

  @Override
  public void truncate(long size) throws IOException {
    channel.truncate(size);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
