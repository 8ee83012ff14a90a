package io.echonet.dds.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.SynchronousSink;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.NettyInbound;
import reactor.netty.NettyOutbound;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;

/**
 * Reactor Netty alone on both sides, with TLS 1.3 or without: what a transport built on it cannot
 * pass. A stream is a connection here.
 */
final class BareDialling implements Dialling {
  static final String LISTENER = "transport-bare-listener";
  static final String DIALLER = "transport-bare-dialler";

  private static final Duration START = Duration.ofSeconds(60);

  /** The listener tells how much it has at least this often; senders end on a multiple. */
  private static final long REPORT_BYTES = 1 << 20;

  private final TcpClient echo;
  private final TcpClient discard;

  private BareDialling(TcpClient echo, TcpClient discard) {
    this.echo = echo;
    this.discard = discard;
  }

  /**
   * @param options {@code tls} or {@code tcp}
   */
  static void listen(String[] options) throws Exception {
    TcpServer server = TcpServer.create().host("127.0.0.1").port(0);
    if (options[0].equals("tls")) {
      SslContext context = SslContextBuilder.forServer(selfSigned()).protocols("TLSv1.3").build();
      server = server.secure(secured -> secured.sslContext(context));
    }
    DisposableServer echo =
        server.handle((in, out) -> out.send(in.receive().retain())).bindNow(START);
    DisposableServer discard = server.handle(BareDialling::discard).bindNow(START);
    System.out.println(echo.port() + ":" + discard.port());
    DiallingChild.serve();
    echo.disposeNow();
    discard.disposeNow();
  }

  /** A key of its own and a certificate for it, by the tool that every JDK has. */
  private static KeyManagerFactory selfSigned() throws Exception {
    Path folder = Files.createTempDirectory("dds-benchmark");
    Path file = folder.resolve("keys");
    String password = "benchmark";
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    List<String> command =
        List.of(
            keytool,
            "-genkeypair",
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-dname",
            "CN=b",
            "-keystore",
            file.toString(),
            "-storetype",
            "PKCS12",
            "-storepass",
            password);
    try {
      int code = new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
      if (code != 0) {
        throw new IllegalStateException(keytool + " failed with " + code);
      }
      KeyStore keys = KeyStore.getInstance(file.toFile(), password.toCharArray());
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, password.toCharArray());
      return managers;
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }

  private static Flux<Void> discard(NettyInbound in, NettyOutbound out) {
    AtomicLong count = new AtomicLong();
    AtomicLong told = new AtomicLong();
    Flux<ByteBuf> reports =
        in.receive()
            .handle(
                (buffer, sink) -> {
                  long all = count.addAndGet(buffer.readableBytes());
                  if (all - told.get() >= REPORT_BYTES || all % REPORT_BYTES == 0) {
                    told.set(all);
                    sink.next(Unpooled.copyLong(all));
                  }
                });
    return Flux.from(out.send(reports, report -> true).then());
  }

  /**
   * @param options {@code tls} or {@code tcp}, the listener's ports
   */
  static void dial(String[] options) throws Exception {
    String[] ports = options[1].split(":", -1);
    TcpClient client = TcpClient.create(ConnectionProvider.newConnection()).host("127.0.0.1");
    if (options[0].equals("tls")) {
      SslContext context =
          SslContextBuilder.forClient()
              .trustManager(InsecureTrustManagerFactory.INSTANCE)
              .endpointIdentificationAlgorithm(null)
              .protocols("TLSv1.3")
              .build();
      client = client.secure(secured -> secured.sslContext(context));
    }
    DiallingChild.serve(
        new BareDialling(
            client.port(Integer.parseInt(ports[0])), client.port(Integer.parseInt(ports[1]))));
  }

  @Override
  public Mono<Long> send(int streams, Deadline over) {
    return Flux.range(0, streams)
        .flatMap(i -> discard.connect().flatMap(made -> send(made, over)), streams)
        .reduce(0L, Long::sum);
  }

  private static Mono<Long> send(Connection connection, Deadline over) {
    byte[] block = new byte[BLOCK_BYTES];
    AtomicLong taken = new AtomicLong();
    Flux<ByteBuf> blocks =
        Flux.generate(
            sink -> {
              if (taken.get() % REPORT_BYTES == 0 && taken.get() > 0 && over.isPast()) {
                sink.complete();
              } else {
                taken.addAndGet(BLOCK_BYTES);
                sink.next(Unpooled.wrappedBuffer(block));
              }
            });
    Mono<Long> sent = connection.outbound().send(blocks).then().then(Mono.fromSupplier(taken::get));
    Flux<Long> reports = numbers(connection.inbound());
    return Flux.combineLatest(sent, reports, (all, arrived) -> all.equals(arrived) ? all : -1L)
        .filter(all -> all >= 0)
        .next()
        .doFinally(end -> connection.dispose());
  }

  /** Reports of eight bytes, however they come. */
  private static Flux<Long> numbers(NettyInbound in) {
    ByteBuf kept = Unpooled.buffer();
    return in.receive()
        .concatMapIterable(
            buffer -> {
              kept.discardReadBytes().writeBytes(buffer);
              List<Long> numbers = new ArrayList<>();
              while (kept.readableBytes() >= Long.BYTES) {
                numbers.add(kept.readLong());
              }
              return numbers;
            });
  }

  @Override
  public Mono<Void> connect(int worker) {
    return Flux.usingWhen(echo.connect(), BareDialling::echoes, BareDialling::dispose)
        .next()
        .then();
  }

  @Override
  public Mono<Void> open() {
    return Mono.error(new UnsupportedOperationException("there is no muxer"));
  }

  @Override
  public Flux<Duration> ping() {
    return Flux.usingWhen(echo.connect(), BareDialling::echoes, BareDialling::dispose);
  }

  private static Mono<Void> dispose(Connection connection) {
    return Mono.fromRunnable(connection::dispose);
  }

  /** Small echoes one after another: how long each takes. */
  private static Flux<Duration> echoes(Connection connection) {
    return Flux.defer(
        () -> {
          Echo echo = new Echo();
          Flux<Duration> back = connection.inbound().receive().handle(echo::receive);
          return Flux.merge(
              connection
                  .outbound()
                  .send(echo.sent.asFlux(), small -> true)
                  .then()
                  .cast(Duration.class),
              back);
        });
  }

  /** One small message under way at a time. */
  private static final class Echo {
    private final Sinks.Many<ByteBuf> sent = Sinks.many().unicast().onBackpressureBuffer();
    private long start;
    private int back;

    Echo() {
      send();
    }

    private void send() {
      start = System.nanoTime();
      back = 0;
      sent.tryEmitNext(Unpooled.buffer(SMALL_BYTES).writeZero(SMALL_BYTES)).orThrow();
    }

    void receive(ByteBuf buffer, SynchronousSink<Duration> sink) {
      back += buffer.readableBytes();
      if (back == SMALL_BYTES) {
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        send();
        sink.next(took);
      }
    }
  }

  @Override
  public Mono<Void> close() {
    return Mono.empty();
  }
}
