package io.echonet.dds.transport.yamux;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;

/** Counts the flushes that pass by. */
final class FlushCounter extends ChannelOutboundHandlerAdapter {
  int count;

  @Override
  public void flush(ChannelHandlerContext ctx) {
    count++;
    ctx.flush();
  }
}
