package io.echonet.dds.transport.yamux;

import io.echonet.dds.transport.spi.MemoryScope;
import io.echonet.dds.transport.spi.MuxedConnection;
import io.echonet.dds.transport.spi.MuxedStream;
import io.echonet.dds.transport.spi.Muxer;
import io.echonet.dds.transport.spi.Role;
import io.netty.channel.Channel;
import java.util.function.Consumer;

/** Yamux as the specification has it: {@code /yamux/1.0.0}. */
public final class YamuxMuxer implements Muxer {
  private static final String ID = "/yamux/1.0.0";

  private final YamuxConfig config;

  public YamuxMuxer() {
    this(YamuxConfig.defaults());
  }

  public YamuxMuxer(YamuxConfig config) {
    this.config = config;
  }

  @Override
  public String id() {
    return ID;
  }

  /** {@inheritDoc} From here on the channel reads by itself. */
  @Override
  public MuxedConnection attach(
      Channel channel, Role role, MemoryScope memory, Consumer<MuxedStream> accept) {
    assert channel.eventLoop().inEventLoop();
    YamuxHandler handler = new YamuxHandler(channel, role, config, memory, accept);
    YamuxConnection connection = new YamuxConnection(handler, channel);
    channel.pipeline().addLast(handler);
    if (channel.isActive()) {
      channel.config().setAutoRead(true);
    } else {
      handler.onChannelGone();
    }
    return connection;
  }
}
