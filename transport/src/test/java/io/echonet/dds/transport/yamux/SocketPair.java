package io.echonet.dds.transport.yamux;

import io.echonet.dds.transport.spi.MuxedConnection;
import io.echonet.dds.transport.spi.MuxedStream;
import io.echonet.dds.transport.spi.Role;
import io.echonet.dds.transport.testing.Await;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Two Yamux sessions joined by a socket on the loopback, each on an event loop of its own. */
final class SocketPair implements AutoCloseable {
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(128 * 1024, 512 * 1024);

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private final Channel server;

  final MuxedConnection dialler;
  final MuxedConnection acceptor;

  /** A pair of which only the dialler opens streams. */
  SocketPair(YamuxConfig config, Consumer<MuxedStream> atAcceptor) {
    this(config, config, MuxedStream::reset, atAcceptor);
  }

  SocketPair(
      YamuxConfig diallerConfig,
      YamuxConfig acceptorConfig,
      Consumer<MuxedStream> atDialler,
      Consumer<MuxedStream> atAcceptor) {
    Attaching dialling = new Attaching(diallerConfig, Role.INITIATOR, atDialler);
    Attaching accepting = new Attaching(acceptorConfig, Role.RESPONDER, atAcceptor);
    server =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .childHandler(accepting)
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
    new Bootstrap()
        .group(loops)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
        .handler(dialling)
        .connect(server.localAddress())
        .syncUninterruptibly();
    dialler = await(dialling.done.asMono());
    acceptor = await(accepting.done.asMono());
  }

  MuxedStream open() {
    return open(262_144);
  }

  MuxedStream open(int receiveWindowBytes) {
    return await(dialler.open(receiveWindowBytes));
  }

  static <T> T await(Mono<T> mono) {
    T value = mono.block(Await.TIMEOUT);
    if (value == null) {
      throw new AssertionError("empty");
    }
    return value;
  }

  @Override
  public void close() {
    dialler.close().block(Await.TIMEOUT);
    acceptor.close().block(Await.TIMEOUT);
    server.close().syncUninterruptibly();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private static final class Attaching extends ChannelInboundHandlerAdapter {
    private final YamuxMuxer muxer;
    private final Role role;
    private final Consumer<MuxedStream> accept;
    private final Sinks.One<MuxedConnection> done = Sinks.one();

    Attaching(YamuxConfig config, Role role, Consumer<MuxedStream> accept) {
      this.muxer = new YamuxMuxer(config);
      this.role = role;
      this.accept = accept;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      done.tryEmitValue(muxer.attach(ctx.channel(), role, TestMemory.plenty(), accept)).orThrow();
    }
  }
}
