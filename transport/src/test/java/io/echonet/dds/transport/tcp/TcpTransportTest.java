package io.echonet.dds.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.DialException;
import io.echonet.dds.transport.ListenException;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.spi.Transport.Listener;
import io.echonet.dds.transport.spi.Transport.RawConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;
import reactor.test.StepVerifier;

class TcpTransportTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static LoopResources loops;

  private final List<Channel> channels = new ArrayList<>();
  private final List<Listener> listeners = new ArrayList<>();
  private final BlockingQueue<RawConnection> accepted = new LinkedBlockingQueue<>();

  @BeforeAll
  static void start() {
    loops = LoopResources.create("tcp-test", 2, true);
  }

  @AfterAll
  static void stop() {
    loops.disposeLater(Duration.ZERO, Duration.ofSeconds(5)).block(TIMEOUT);
  }

  @AfterEach
  void close() {
    accepted.forEach(connection -> channels.add(connection.channel()));
    channels.forEach(channel -> channel.close().syncUninterruptibly());
    listeners.forEach(listener -> listener.close().block(TIMEOUT));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bytesGoBothWaysOverPlainChannels(boolean nativeTransport) throws Exception {
    TcpTransport tcp =
        new TcpTransport(TcpConfig.defaults().withNativeTransport(nativeTransport), loops);
    Listener listener = listen(tcp, "/ip4/127.0.0.1/tcp/0");
    RawConnection dialled = dial(tcp, listener.address());
    RawConnection answered = next();

    assertThat(dialled.channel().pipeline().toMap()).isEmpty();
    assertThat(answered.channel().pipeline().toMap()).isEmpty();
    assertThat(dialled.remoteAddress())
        .isEqualTo(listener.address())
        .isEqualTo(answered.localAddress());
    assertThat(dialled.localAddress()).isEqualTo(answered.remoteAddress());
    assertThat(dialled.channel().getClass().getSimpleName().startsWith("Epoll"))
        .isEqualTo(nativeTransport && LoopResources.hasNativeSupport());
    assertThat(says(dialled, "ping", answered)).isEqualTo("ping");
    assertThat(says(answered, "pong", dialled)).isEqualTo("pong");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void allInterfacesOfAFamilyAreToldAsSuch(boolean nativeTransport) {
    TcpTransport tcp =
        new TcpTransport(TcpConfig.defaults().withNativeTransport(nativeTransport), loops);

    assertThat(listen(tcp, "/ip4/0.0.0.0/tcp/0").address().toString())
        .matches("/ip4/0\\.0\\.0\\.0/tcp/[1-9][0-9]*");
  }

  @Test
  void anAcceptedConnectionReadsNothingBeforeItIsAskedTo() throws Exception {
    TcpTransport tcp = new TcpTransport(TcpConfig.defaults(), loops);
    RawConnection dialled = dial(tcp, listen(tcp, "/ip4/127.0.0.1/tcp/0").address());
    dialled.channel().writeAndFlush(Unpooled.copiedBuffer("early", StandardCharsets.UTF_8)).sync();
    RawConnection answered = next();

    assertThat(answered.channel().config().isAutoRead()).isFalse();
    assertThat(dialled.channel().config().isAutoRead()).isFalse();
    assertThat(heardBy(answered, 5).get(20, TimeUnit.SECONDS)).isEqualTo("early");
  }

  @Test
  void socketsAreConfiguredForStreams() throws Exception {
    TcpTransport tcp = new TcpTransport(TcpConfig.defaults().withWriteBuffer(1000, 3000), loops);
    RawConnection dialled = dial(tcp, listen(tcp, "/ip4/127.0.0.1/tcp/0").address());

    for (RawConnection connection : List.of(dialled, next())) {
      assertThat(connection.channel().config().getOption(ChannelOption.TCP_NODELAY)).isTrue();
      assertThat(connection.channel().config().getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
      assertThat(connection.channel().config().getWriteBufferHighWaterMark()).isEqualTo(3000);
      assertThat(connection.channel().config().getWriteBufferLowWaterMark()).isEqualTo(1000);
    }
  }

  @Test
  void ip6IsDialledAndListenedOn() throws Exception {
    TcpTransport tcp = new TcpTransport(TcpConfig.defaults(), loops);
    Listener listener = listen(tcp, "/ip6/::1/tcp/0");
    RawConnection dialled = dial(tcp, listener.address());

    assertThat(listener.address().toString()).startsWith("/ip6/::1/tcp/");
    assertThat(says(dialled, "six", next())).isEqualTo("six");
  }

  @Test
  void aPortInUseIsNamed() {
    TcpTransport tcp = new TcpTransport(TcpConfig.defaults(), loops);
    Multiaddr taken = listen(tcp, "/ip4/127.0.0.1/tcp/0").address();

    StepVerifier.create(tcp.listen(taken, accepted::add))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(ListenException.class)
                    .hasMessage("cannot listen on " + taken + ": address already in use"))
        .verify(TIMEOUT);
  }

  @Test
  void anAddressOfAnotherMachineCannotBeListenedOn() {
    TcpTransport tcp = new TcpTransport(TcpConfig.defaults(), loops);

    StepVerifier.create(tcp.listen(Multiaddr.parse("/ip4/192.0.2.1/tcp/4001"), accepted::add))
        .expectErrorMessage(
            "cannot listen on /ip4/192.0.2.1/tcp/4001: no interface has this address")
        .verify(TIMEOUT);
    StepVerifier.create(tcp.listen(Multiaddr.parse("/ip4/127.0.0.1/udp/0"), accepted::add))
        .expectError(ListenException.class)
        .verify(TIMEOUT);
  }

  @Test
  void nobodyListeningIsADialException() {
    TcpTransport tcp = new TcpTransport(TcpConfig.defaults(), loops);
    Listener listener = listen(tcp, "/ip4/127.0.0.1/tcp/0");
    listener.close().block(TIMEOUT);

    StepVerifier.create(tcp.dial(listener.address()))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(DialException.class)
                    .hasMessage("cannot dial " + listener.address() + ": connection refused"))
        .verify(TIMEOUT);
  }

  @Test
  void closingTheListenerLeavesItsConnectionsOpen() throws Exception {
    TcpTransport tcp = new TcpTransport(TcpConfig.defaults(), loops);
    Listener listener = listen(tcp, "/ip4/127.0.0.1/tcp/0");
    RawConnection dialled = dial(tcp, listener.address());
    RawConnection answered = next();

    listener.close().block(TIMEOUT);
    listener.close().block(TIMEOUT);

    assertThat(says(dialled, "still here", answered)).isEqualTo("still here");
  }

  @Test
  void acceptingPausesAndGoesOnWhenTheMachineIsShortOfFiles() throws Exception {
    TcpTransport tcp = new TcpTransport(TcpConfig.defaults(), loops);
    Listener listener = listen(tcp, "/ip4/127.0.0.1/tcp/0");
    dial(tcp, listener.address());
    Channel server = next().channel().parent();

    // In one task, before which the pause can't be over however slow this is.
    boolean accepting =
        server
            .eventLoop()
            .submit(
                () -> {
                  server
                      .pipeline()
                      .fireExceptionCaught(new java.io.IOException("Too many open files"));
                  return server.config().isAutoRead();
                })
            .get();

    assertThat(accepting).isFalse();
    dial(tcp, listener.address());
    next();
    assertThat(server.config().isAutoRead()).isTrue();
  }

  @Test
  void whoAcceptsWithAnErrorLosesTheConnection() throws Exception {
    TcpTransport tcp = new TcpTransport(TcpConfig.defaults(), loops);
    Listener listener =
        await(
            tcp.listen(
                Multiaddr.parse("/ip4/127.0.0.1/tcp/0"),
                connection -> {
                  throw new IllegalStateException("no room");
                }));
    listeners.add(listener);

    RawConnection dialled = dial(tcp, listener.address());

    dialled.channel().config().setAutoRead(true);
    assertThat(dialled.channel().closeFuture().await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void onlyTcpIsUnderstood() {
    TcpTransport tcp = new TcpTransport(TcpConfig.defaults(), loops);
    String peer = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";

    for (String address :
        List.of("/ip4/1.2.3.4/tcp/1", "/ip6/::/tcp/1", "/ip4/1.2.3.4/tcp/1/p2p/" + peer)) {
      assertThat(tcp.understands(Multiaddr.parse(address))).as(address).isTrue();
    }
    for (String address :
        List.of(
            "/ip4/1.2.3.4",
            "/ip4/1.2.3.4/udp/1",
            "/tcp/1",
            "/dns4/a/tcp/1/p2p/" + peer,
            "/dns6/a/tcp/1",
            "/dns/a/tcp/1",
            "/dnsaddr/a/tcp/1",
            "/ip4/1.2.3.4/tcp/1/ws",
            "/ip4/1.2.3.4/tcp/1/p2p/" + peer + "/p2p-circuit",
            "/ip4/1.2.3.4/udp/1/quic-v1")) {
      assertThat(tcp.understands(Multiaddr.parse(address))).as(address).isFalse();
    }
  }

  private Listener listen(TcpTransport tcp, String address) {
    Listener listener = await(tcp.listen(Multiaddr.parse(address), accepted::add));
    listeners.add(listener);
    return listener;
  }

  private RawConnection dial(TcpTransport tcp, Multiaddr address) {
    RawConnection connection = await(tcp.dial(address));
    channels.add(connection.channel());
    return connection;
  }

  private static <T> T await(Mono<T> mono) {
    return mono.blockOptional(TIMEOUT).orElseThrow();
  }

  private RawConnection next() throws InterruptedException {
    RawConnection connection = accepted.poll(20, TimeUnit.SECONDS);
    assertThat(connection).isNotNull();
    channels.add(connection.channel());
    return connection;
  }

  private static String says(RawConnection from, String text, RawConnection to) throws Exception {
    CompletableFuture<String> heard = heardBy(to, text.length());
    from.channel().writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8)).sync();
    return heard.get(20, TimeUnit.SECONDS);
  }

  private static CompletableFuture<String> heardBy(RawConnection connection, int characters) {
    CompletableFuture<String> heard = new CompletableFuture<>();
    StringBuilder text = new StringBuilder();
    connection
        .channel()
        .pipeline()
        .addLast(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext ctx, Object message) {
                ByteBuf buffer = (ByteBuf) message;
                text.append(buffer.toString(StandardCharsets.UTF_8));
                buffer.release();
                if (text.length() >= characters) {
                  heard.complete(text.toString());
                }
              }
            });
    connection.channel().config().setAutoRead(true);
    return heard;
  }
}
