package io.echonet.dds.transport.tcp;

import io.echonet.dds.transport.DialException;
import io.echonet.dds.transport.ListenException;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.MultiaddrProtocol;
import io.echonet.dds.transport.spi.Transport;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.resolver.NoopAddressResolverGroup;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.NettyPipeline;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;

/** TCP: dials {@code /ip4} and {@code /ip6} addresses, and listens on them. */
public final class TcpTransport implements Transport {
  /*
   * Reactor Netty ends every pipeline in a handler that bridges the channel to its own Publishers. Ours are
   * further up, so that handler is taken out as soon as a connection is set up, while the channel is not
   * reading yet; from then on the channel is as plain as one of Netty's own.
   */

  private static final Logger LOG = LoggerFactory.getLogger(TcpTransport.class);

  private final RecvByteBufAllocator receiveBuffers;
  private final TcpServer server;
  private final TcpClient client;

  /**
   * @param loops the event loops of all connections; they stay the caller's to dispose of
   */
  public TcpTransport(TcpConfig config, LoopResources loops) {
    // A dial from an event loop is not to stay on it: connections would crowd on the loop that
    // dials.
    LoopResources spread = useNative -> loops.onServer(useNative);
    WriteBufferWaterMark watermark =
        new WriteBufferWaterMark(config.writeBufferLowBytes(), config.writeBufferHighBytes());
    receiveBuffers = new AdaptiveRecvByteBufAllocator(1024, 16_384, config.receiveBufferBytes());
    server =
        TcpServer.create()
            .runOn(loops, config.nativeTransport())
            .option(ChannelOption.SO_BACKLOG, config.backlog())
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, watermark);
    client =
        TcpClient.create(ConnectionProvider.newConnection())
            .runOn(spread, config.nativeTransport())
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) config.connectTimeout().toMillis())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, watermark)
            .resolver(NoopAddressResolverGroup.INSTANCE);
  }

  @Override
  public boolean understands(Multiaddr address) {
    return TcpAddress.of(address).isPresent();
  }

  @Override
  public Mono<RawConnection> dial(Multiaddr address) {
    return Mono.defer(
            () -> {
              TcpAddress target =
                  TcpAddress.of(address)
                      .orElseThrow(() -> new DialException(address + " is no TCP address"));
              return client.remoteAddress(target::socketAddress).connect().map(this::takeOver);
            })
        .doOnDiscard(Connection.class, Connection::dispose)
        .doOnDiscard(RawConnection.class, TcpTransport::drop)
        .onErrorMap(
            e -> !(e instanceof DialException),
            e -> new DialException("cannot dial " + address + ": " + Reason.of(e), e));
  }

  @Override
  public Mono<Listener> listen(Multiaddr address, Consumer<RawConnection> accept) {
    return Mono.defer(
            () -> {
              TcpAddress target =
                  TcpAddress.of(address)
                      .orElseThrow(() -> refusal(address, "it is no IP address with a TCP port"));
              return server
                  .bindAddress(target::socketAddress)
                  .doOnConnection(connection -> handOver(connection, accept))
                  .bind()
                  .<Listener>map(server -> TcpListener.of(server, target));
            })
        .doOnDiscard(DisposableServer.class, DisposableServer::dispose)
        .onErrorMap(
            e -> !(e instanceof ListenException),
            e ->
                new ListenException(
                    "cannot listen on " + address.withoutPeerId() + ": " + Reason.of(e), e));
  }

  private static ListenException refusal(Multiaddr address, String reason) {
    return new ListenException("cannot listen on " + address + ": " + reason);
  }

  private void handOver(Connection connection, Consumer<RawConnection> accept) {
    try {
      accept.accept(takeOver(connection));
    } catch (RuntimeException e) {
      LOG.debug("connection from {} was not accepted", connection.channel().remoteAddress(), e);
      connection.dispose();
    }
  }

  private RawConnection takeOver(Connection connection) {
    Channel channel = connection.channel();
    channel.pipeline().remove(NettyPipeline.ReactiveBridge);
    channel.config().setRecvByteBufAllocator(receiveBuffers);
    channel.config().setAllocator(PooledByteBufAllocator.DEFAULT);
    return new RawConnection(
        channel,
        TcpAddress.multiaddr(channel.localAddress()),
        TcpAddress.multiaddr(channel.remoteAddress()));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // Nobody wanted it, nobody waits for its end.
  private static void drop(RawConnection unwanted) {
    unwanted.channel().close();
  }

  private record TcpListener(DisposableServer server, Multiaddr address) implements Listener {
    /** Not by the address of the socket: one that serves both families says :: for 0.0.0.0. */
    static TcpListener of(DisposableServer server, TcpAddress asked) {
      String port = Integer.toString(server.port());
      return new TcpListener(
          server,
          Multiaddr.of(
              List.of(
                  new Multiaddr.Component(asked.network(), asked.host()),
                  new Multiaddr.Component(MultiaddrProtocol.TCP, port))));
    }

    @Override
    public Mono<Void> close() {
      return Mono.defer(
          () -> {
            server.dispose();
            return server.onDispose();
          });
    }
  }

  /** Why the operating system refuses, in words of ours: its own differ by kind of event loop. */
  private static final class Reason {
    private static final List<Map.Entry<String, String>> KNOWN =
        List.of(
            Map.entry("address already in use", "address already in use"),
            Map.entry("cannot assign requested address", "no interface has this address"),
            Map.entry("can't assign requested address", "no interface has this address"),
            Map.entry("permission denied", "permission denied"),
            Map.entry("connection refused", "connection refused"),
            Map.entry("timed out", "timed out"),
            Map.entry("network is unreachable", "network is unreachable"),
            Map.entry("no route to host", "no route to host"),
            Map.entry("too many open files", "too many open files"));

    private Reason() {}

    static String of(Throwable error) {
      for (Throwable e = error; e != null; e = e.getCause()) {
        String text = String.valueOf(e.getMessage()).toLowerCase(java.util.Locale.ROOT);
        for (Map.Entry<String, String> known : KNOWN) {
          if (text.contains(known.getKey())) {
            return known.getValue();
          }
        }
      }
      return String.valueOf(error.getMessage());
    }
  }
}
