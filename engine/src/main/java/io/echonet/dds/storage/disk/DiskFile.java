package io.echonet.dds.storage.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file, read and written at positions, by many threads at once. */
public interface DiskFile extends Closeable {
  /**
   * Fills {@code target} from {@code position}; what it then lacks is beyond the end of the file.
   */
  void read(ByteBuffer target, long position) throws IOException;

  /** Writes all of {@code data} at {@code position}; not durable before {@link #force}. */
  void write(ByteBuffer data, long position) throws IOException;

  /** Waits until the disk has all that was written, and the length. */
  void force() throws IOException;

  long size() throws IOException;

  /** Cuts off what is beyond {@code size}. */
  void truncate(long size) throws IOException;
}
