package io.echonet.dds.transport.testing;

import io.echonet.dds.transport.Multiaddr;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A long, narrow or faulty link, for real processes: a proxy on loopback that passes connections on
 * to a target and lets their bytes take the time that a {@link LinkShape} says.
 *
 * <p>Each direction of each connection has the whole rate. The shape may be changed while bytes are
 * under way. One thread of its own; thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Closing what may be closed already.
public final class ShapedLink implements AutoCloseable {
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ChannelGroup channels = new DefaultChannelGroup(loops.next());
  private final InetSocketAddress target;
  private final Channel server;
  private final AtomicLong toTarget = new AtomicLong();
  private final AtomicLong toClient = new AtomicLong();
  private volatile LinkShape shape;
  private volatile boolean stalled;

  /** A link from a port of its own on loopback to {@code targetPort} on loopback. */
  public ShapedLink(int targetPort, LinkShape shape) {
    this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort);
    this.shape = shape;
    this.server =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel client) {
                    join(client);
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
  }

  private void join(Channel client) {
    channels.add(client);
    new Bootstrap()
        .group(client.eventLoop())
        .channel(NioSocketChannel.class)
        .option(ChannelOption.AUTO_READ, false)
        .option(ChannelOption.TCP_NODELAY, true)
        .handler(new ChannelInboundHandlerAdapter())
        .connect(target)
        .addListener(
            (ChannelFuture connected) -> {
              if (connected.isSuccess()) {
                LinkPipe.join(this, client, toClient, connected.channel(), toTarget);
              } else {
                client.close();
              }
            });
  }

  /** Where clients connect. */
  public int port() {
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  /** Where clients connect, without {@code /p2p}. */
  public Multiaddr address() {
    return Multiaddr.parse("/ip4/127.0.0.1/tcp/" + port());
  }

  public LinkShape shape() {
    return shape;
  }

  /** From now on. */
  public void shape(LinkShape next) {
    shape = next;
  }

  /** Whether bytes stop where they are, without an end of the connections. */
  public void stalled(boolean stops) {
    stalled = stops;
  }

  boolean isStalled() {
    return stalled;
  }

  /** The bytes that came out at the target's end so far. */
  public long bytesToTarget() {
    return toTarget.get();
  }

  /** The bytes that came out at the clients' end so far. */
  public long bytesToClients() {
    return toClient.get();
  }

  /** Ends all connections; new ones may come. */
  public void cut() {
    channels.close();
  }

  @Override
  public void close() {
    server.close().syncUninterruptibly();
    channels.close().syncUninterruptibly();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
