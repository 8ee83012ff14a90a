package io.echonet.dds.transport.yamux;

import io.netty.buffer.ByteBuf;

/**
 * Cuts a run of bytes into frames, passing payload on as it comes: nothing is gathered but a
 * header.
 */
final class FrameDecoder {
  /** Receives what was cut. */
  interface Output {
    /**
     * A header.
     *
     * @return whether the payload of this Data frame is wanted; otherwise it is skipped
     */
    boolean onFrame(YamuxFrame frame);

    /** A piece of the wanted payload, given away. */
    void onPayload(ByteBuf piece);

    /** The wanted payload, which may be of no bytes, is complete. */
    void onPayloadEnd();
  }

  private final Output output;
  private final byte[] header = new byte[YamuxFrame.HEADER_BYTES];
  private int headerBytes;
  private long payloadLeft;
  private boolean wanted;
  private boolean stopped;

  FrameDecoder(Output output) {
    this.output = output;
  }

  /**
   * Takes {@code in}, which is given away.
   *
   * @throws YamuxException where a header is malformed; the decoder must then be stopped
   */
  void feed(ByteBuf in) {
    boolean mine = true;
    try {
      while (!stopped && in.isReadable()) {
        if (payloadLeft == 0) {
          readHeader(in);
          continue;
        }
        int count = (int) Math.min(payloadLeft, in.readableBytes());
        payloadLeft -= count;
        if (!wanted) {
          in.skipBytes(count);
        } else if (count == in.readableBytes()) {
          mine = false;
          output.onPayload(in);
          endPayload();
          return;
        } else {
          output.onPayload(in.readRetainedSlice(count));
          endPayload();
        }
      }
    } finally {
      if (mine) {
        in.release();
      }
    }
  }

  /** Ignores everything from here on. */
  void stop() {
    stopped = true;
  }

  private void readHeader(ByteBuf in) {
    if (headerBytes == 0 && in.readableBytes() >= YamuxFrame.HEADER_BYTES) {
      onHeader(YamuxFrame.decode(in.readInt(), in.readInt(), in.readInt()));
      return;
    }
    int count = Math.min(YamuxFrame.HEADER_BYTES - headerBytes, in.readableBytes());
    in.readBytes(header, headerBytes, count);
    headerBytes += count;
    if (headerBytes == YamuxFrame.HEADER_BYTES) {
      headerBytes = 0;
      onHeader(YamuxFrame.decode(word(0), word(4), word(8)));
    }
  }

  private int word(int at) {
    return (header[at] & 0xFF) << 24
        | (header[at + 1] & 0xFF) << 16
        | (header[at + 2] & 0xFF) << 8
        | (header[at + 3] & 0xFF);
  }

  private void onHeader(YamuxFrame frame) {
    payloadLeft = frame instanceof YamuxFrame.Data data ? data.length() : 0;
    wanted = output.onFrame(frame);
    endPayload();
  }

  private void endPayload() {
    if (payloadLeft == 0 && wanted) {
      wanted = false;
      output.onPayloadEnd();
    }
  }
}
