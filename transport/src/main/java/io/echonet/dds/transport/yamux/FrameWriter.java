package io.echonet.dds.transport.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;

/**
 * Encodes frames into the channel, and knows what of it has not been flushed. Lives on the event
 * loop.
 */
final class FrameWriter {
  private final ChannelHandlerContext context;
  private final int maxUnsentAnswers;
  private boolean dirty;
  private int unsentAnswers;

  FrameWriter(ChannelHandlerContext context, int maxUnsentAnswers) {
    this.context = context;
    this.maxUnsentAnswers = maxUnsentAnswers;
  }

  void write(YamuxFrame frame) {
    write(encode(frame));
  }

  /** Writes payload, given away. */
  void write(ByteBuf bytes) {
    dirty = true;
    // Nobody holds this promise, so its failure goes to exceptionCaught, where it ends the
    // connection.
    var ignored = context.write(bytes, context.voidPromise());
  }

  /**
   * Writes a frame that cannot wait with its stream, even if the channel is not writable.
   *
   * @return false, and nothing is written, where too many wait already for a peer that does not
   *     read
   */
  boolean writeAnswer(YamuxFrame frame) {
    Channel channel = context.channel();
    if (channel.isWritable()) {
      unsentAnswers = 0;
    } else if (unsentAnswers++ == maxUnsentAnswers) {
      return false;
    }
    write(frame);
    return true;
  }

  /** Writes and flushes; the future tells when that, and so everything before it, has left. */
  ChannelFuture writeLast(YamuxFrame frame) {
    return context.writeAndFlush(encode(frame));
  }

  void flush() {
    if (dirty) {
      dirty = false;
      context.flush();
    }
  }

  private ByteBuf encode(YamuxFrame frame) {
    ByteBuf header = context.alloc().buffer(YamuxFrame.HEADER_BYTES, YamuxFrame.HEADER_BYTES);
    frame.encode(header);
    return header;
  }
}
