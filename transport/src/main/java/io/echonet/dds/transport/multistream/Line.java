package io.echonet.dds.transport.multistream;

import io.echonet.dds.multiformats.Varint;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The messages of multistream-select: a varint length, text, and the newline the length counts. */
final class Line {
  /** The longest line, in bytes, its newline included and its length prefix not. */
  static final int MAX_BYTES = 1024;

  private static final int MAX_QUOTED_CHARACTERS = 64;

  private Line() {}

  static byte[] encode(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int length = utf8.length + 1;
    if (length > MAX_BYTES || text.isEmpty() || text.indexOf('\n') >= 0) {
      throw new IllegalArgumentException(
          quoted(text) + " is no protocol id: one line of 1 to " + (MAX_BYTES - 1) + " bytes");
    }
    byte[] line = new byte[Varint.size(length) + length];
    int offset = Varint.encode(length, line, 0);
    System.arraycopy(utf8, 0, line, offset, utf8.length);
    line[line.length - 1] = '\n';
    return line;
  }

  /** The answer to {@code ls}: lines within a line, as many as the limit leaves room for. */
  static byte[] encodeList(Collection<String> protocols) {
    byte[] body = new byte[MAX_BYTES];
    int length = 0;
    for (String protocol : protocols) {
      byte[] line = encode(protocol);
      if (length + line.length >= MAX_BYTES) {
        break;
      }
      System.arraycopy(line, 0, body, length, line.length);
      length += line.length;
    }
    body[length++] = '\n';
    byte[] list = new byte[Varint.size(length) + length];
    System.arraycopy(body, 0, list, Varint.encode(length, list, 0), length);
    return list;
  }

  /** Text of a peer's, safe to be logged. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("'");
    text.codePoints()
        .limit(MAX_QUOTED_CHARACTERS)
        .map(c -> c < ' ' || Character.isISOControl(c) ? '?' : c)
        .forEach(quoted::appendCodePoint);
    return quoted.append(text.length() > MAX_QUOTED_CHARACTERS ? "…'" : "'").toString();
  }

  /** Cuts lines off a run of bytes, however the bytes are split. */
  static final class Reader {
    private int length;
    private int lengthBytes;
    private byte @Nullable [] line;
    private int filled;

    /**
     * The next line without its newline, or null where {@code source} ends before it; reads no byte
     * behind it.
     *
     * @throws MalformedLineException where the bytes are no line; no more than the two bytes of a
     *     length have been kept by then
     */
    @Nullable String read(ByteBuf source) {
      while (line == null) {
        if (!source.isReadable()) {
          return null;
        }
        readLength(source.readByte());
      }
      int count = Math.min(line.length - filled, source.readableBytes());
      source.readBytes(line, filled, count);
      filled += count;
      if (filled < line.length) {
        return null;
      }
      byte[] complete = line;
      line = null;
      if (complete[complete.length - 1] != '\n') {
        throw new MalformedLineException("line of " + complete.length + " bytes lacks its newline");
      }
      return new String(complete, 0, complete.length - 1, StandardCharsets.UTF_8);
    }

    private void readLength(byte b) {
      length |= (b & 0x7f) << (7 * lengthBytes++);
      if (length > MAX_BYTES || (lengthBytes == 2 && b < 0)) {
        throw new MalformedLineException("line longer than " + MAX_BYTES + " bytes");
      }
      if (b >= 0) {
        if (length == 0 || b == 0) {
          throw new MalformedLineException("line with a length of " + length);
        }
        line = new byte[length];
        filled = 0;
        length = 0;
        lengthBytes = 0;
      }
    }
  }

  /** Bytes that are no line. */
  static final class MalformedLineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    MalformedLineException(String reason) {
      super(reason);
      this.reason = reason;
    }

    String reason() {
      return reason;
    }
  }
}
