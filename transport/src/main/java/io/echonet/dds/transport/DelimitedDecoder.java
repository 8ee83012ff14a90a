package io.echonet.dds.transport;

import io.echonet.dds.multiformats.Varint;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cuts a run of bytes into length-prefixed messages; a pure state machine fed buffer by buffer. */
final class DelimitedDecoder {
  private final int maxMessageBytes;
  private long length;
  private int lengthBytes;
  private byte @Nullable [] message;
  private int filled;

  DelimitedDecoder(int maxMessageBytes) {
    this.maxMessageBytes = maxMessageBytes;
  }

  /** Reads all of {@code buffer}, which stays the caller's, and adds what became complete. */
  void feed(ByteBuf buffer, List<byte[]> complete) {
    while (buffer.isReadable()) {
      if (message == null) {
        readLength(buffer.readByte());
      }
      if (message != null) {
        int count = Math.min(message.length - filled, buffer.readableBytes());
        buffer.readBytes(message, filled, count);
        filled += count;
        if (filled == message.length) {
          complete.add(message);
          message = null;
        }
      }
    }
  }

  private void readLength(byte b) {
    length |= (long) (b & 0x7f) << (7 * lengthBytes++);
    if (length > maxMessageBytes || (lengthBytes == Varint.MAX_BYTES && b < 0)) {
      throw new StreamException("message length " + length + " exceeds " + maxMessageBytes);
    }
    if (b >= 0) {
      message = new byte[(int) length];
      filled = 0;
      length = 0;
      lengthBytes = 0;
    }
  }

  boolean isIdle() {
    return message == null && lengthBytes == 0;
  }
}
