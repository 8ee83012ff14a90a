package io.echonet.dds.transport;

import io.echonet.dds.multiformats.Varint;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Cuts a run of bytes into length-prefixed messages; a pure state machine fed buffer by buffer. */
final class DelimitedDecoder {
  /**
   * Up to this length a message's array is allocated whole; a longer one grows with what really
   * arrives.
   */
  private static final int TRUSTED_BYTES = 262_144 + 1024;

  private final int maxMessageBytes;
  private long length;
  private int lengthBytes;
  private int messageBytes;
  private byte @Nullable [] message;
  private int filled;

  DelimitedDecoder(int maxMessageBytes) {
    this.maxMessageBytes = maxMessageBytes;
  }

  /**
   * The next message, or null where {@code buffer} ends before it does. Reads no byte behind it;
   * the buffer stays the caller's.
   *
   * @throws StreamException where a length passes the limit or is no minimal varint
   */
  byte @Nullable [] next(ByteBuf buffer) {
    while (message == null) {
      if (!buffer.isReadable()) {
        return null;
      }
      readLength(buffer.readByte());
    }
    byte[] target = message;
    int count = Math.min(messageBytes - filled, buffer.readableBytes());
    if (filled + count > target.length) {
      target =
          Arrays.copyOf(
              target, Math.max(filled + count, Math.min(messageBytes, 2 * target.length)));
      message = target;
    }
    buffer.readBytes(target, filled, count);
    filled += count;
    if (filled < messageBytes) {
      return null;
    }
    message = null;
    return target.length == messageBytes ? target : Arrays.copyOf(target, messageBytes);
  }

  private void readLength(byte b) {
    length |= (long) (b & 0x7f) << (7 * lengthBytes++);
    if (length > maxMessageBytes) {
      throw new StreamException("message length " + length + " exceeds " + maxMessageBytes);
    }
    if ((b == 0 && lengthBytes > 1) || (b < 0 && lengthBytes == Varint.MAX_BYTES)) {
      throw new StreamException("message length is no minimal varint");
    }
    if (b >= 0) {
      messageBytes = (int) length;
      message = new byte[Math.min(messageBytes, TRUSTED_BYTES)];
      filled = 0;
      length = 0;
      lengthBytes = 0;
    }
  }

  boolean isIdle() {
    return message == null && lengthBytes == 0;
  }
}
