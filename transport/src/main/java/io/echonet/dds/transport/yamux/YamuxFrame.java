package io.echonet.dds.transport.yamux;

import io.netty.buffer.ByteBuf;

/**
 * The header of one Yamux frame, twelve bytes in network order [yamux, Framing].
 *
 * <p>A Data frame's payload is no part of it: the bytes pass by without ever being gathered into a
 * frame.
 */
sealed interface YamuxFrame {
  int HEADER_BYTES = 12;

  int SYN = 1;
  int ACK = 2;
  int FIN = 4;
  int RST = 8;

  int VERSION = 0;
  int DATA = 0;
  int WINDOW_UPDATE = 1;
  int PING = 2;
  int GO_AWAY = 3;

  /** The stream id of frames that concern the whole session. */
  int SESSION = 0;

  /**
   * {@code length} bytes follow.
   *
   * @param streamId unsigned
   * @param length 0 to 2^32 - 1
   */
  record Data(int flags, int streamId, long length) implements YamuxFrame {
    @Override
    public void encode(ByteBuf out) {
      YamuxFrame.encode(out, DATA, flags, streamId, (int) length);
    }
  }

  /**
   * The receiver of this may send {@code delta} bytes more.
   *
   * @param streamId unsigned
   * @param delta 0 to 2^32 - 1; with {@link #RST} some peers put an error code here
   */
  record WindowUpdate(int flags, int streamId, long delta) implements YamuxFrame {
    @Override
    public void encode(ByteBuf out) {
      YamuxFrame.encode(out, WINDOW_UPDATE, flags, streamId, (int) delta);
    }
  }

  /** With {@link #SYN} asks for the same value back with {@link #ACK}. */
  record Ping(int flags, int value) implements YamuxFrame {
    @Override
    public void encode(ByteBuf out) {
      YamuxFrame.encode(out, PING, flags, SESSION, value);
    }
  }

  /** The session ends; see {@link GoAwayCode}. */
  record GoAway(int code) implements YamuxFrame {
    @Override
    public void encode(ByteBuf out) {
      YamuxFrame.encode(out, GO_AWAY, 0, SESSION, code);
    }
  }

  void encode(ByteBuf out);

  private static void encode(ByteBuf out, int type, int flags, int streamId, int length) {
    out.writeInt((VERSION << 24) | (type << 16) | flags);
    out.writeInt(streamId);
    out.writeInt(length);
  }

  /**
   * Reads a header given as its three words. Unknown flags are dropped.
   *
   * @throws YamuxException where version, type or stream id break the specification
   */
  static YamuxFrame decode(int kind, int streamId, int length) {
    int version = kind >>> 24;
    if (version != VERSION) {
      throw YamuxException.protocol("frame version " + version + " is not " + VERSION);
    }
    int type = (kind >>> 16) & 0xFF;
    int flags = kind & (SYN | ACK | FIN | RST);
    boolean forSession = type == PING || type == GO_AWAY;
    if (type > GO_AWAY) {
      throw YamuxException.protocol("frame type " + type + " is not 0 to " + GO_AWAY);
    }
    if (forSession != (streamId == SESSION)) {
      throw YamuxException.protocol(
          "frame of type " + type + " for stream " + Integer.toUnsignedString(streamId));
    }
    return switch (type) {
      case DATA -> new Data(flags, streamId, Integer.toUnsignedLong(length));
      case WINDOW_UPDATE -> new WindowUpdate(flags, streamId, Integer.toUnsignedLong(length));
      case PING -> new Ping(flags, length);
      default -> new GoAway(length);
    };
  }
}
