package io.echonet.dds.transport.disk;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.Consumer;

/** Reads the entries of a file, past those that are damaged. */
final class EntryReader {
  private final InputStream source;
  private final EntryFormat format;
  private final int maxEntryBytes;
  private byte[] buffer;
  private int at;
  private int end;
  private long bufferStart = EntryFormat.HEADER_BYTES;
  private long goodEnd = EntryFormat.HEADER_BYTES;
  private int damaged;

  /**
   * @param source is behind the header
   */
  EntryReader(InputStream source, EntryFormat format, int maxEntryBytes) {
    this.source = source;
    this.format = format;
    this.maxEntryBytes = maxEntryBytes;
    this.buffer = new byte[4 * (EntryFormat.FRAME_BYTES + maxEntryBytes)];
  }

  /** Hands the body of every whole entry to {@code entries}. */
  void read(Consumer<byte[]> entries) throws IOException {
    boolean isLost = false;
    while (has(EntryFormat.FRAME_BYTES)) {
      int length = format.length(buffer, at, maxEntryBytes);
      if (length < 0) {
        damaged += isLost ? 0 : 1;
        isLost = true;
        at++;
        continue;
      }
      if (!has(EntryFormat.FRAME_BYTES + length)) {
        return;
      }
      isLost = false;
      int bodyAt = at + EntryFormat.FRAME_BYTES;
      if (format.isWhole(buffer, at, length)) {
        entries.accept(Arrays.copyOfRange(buffer, bodyAt, bodyAt + length));
        goodEnd = bufferStart + bodyAt + length;
      } else {
        damaged++;
      }
      at = bodyAt + length;
    }
  }

  private boolean has(int bytes) throws IOException {
    if (end - at < bytes) {
      System.arraycopy(buffer, at, buffer, 0, end - at);
      bufferStart += at;
      end -= at;
      at = 0;
      end += source.readNBytes(buffer, end, buffer.length - end);
    }
    return end - at >= bytes;
  }

  /** Where the last whole entry ends, in bytes from the beginning of the file. */
  long goodEnd() {
    return goodEnd;
  }

  /** How many places could not be read, what is cut off at the end not counted. */
  int damaged() {
    return damaged;
  }
}
