package io.echonet.dds.integration.daemon;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.TooLongFrameException;
import java.util.List;

/** Cuts the first message out of a connection's bytes and lets everything after it pass. */
final class FirstMessage extends ByteToMessageDecoder {
  private static final int MAX_BYTES = 1 << 20;
  private static final int CONTINUES = 0x80;

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    int start = in.readerIndex();
    int length = 0;
    int shift = 0;
    int next;
    do {
      if (!in.isReadable()) {
        in.readerIndex(start);
        return;
      }
      next = in.readUnsignedByte();
      length |= (next & ~CONTINUES) << shift;
      shift += 7;
      if (length < 0 || length > MAX_BYTES || shift > 28) {
        throw new TooLongFrameException("a request of more than " + MAX_BYTES + " bytes");
      }
    } while ((next & CONTINUES) != 0);
    if (in.readableBytes() < length) {
      in.readerIndex(start);
      return;
    }
    out.add(in.readRetainedSlice(length));
    ctx.pipeline().remove(this);
  }
}
