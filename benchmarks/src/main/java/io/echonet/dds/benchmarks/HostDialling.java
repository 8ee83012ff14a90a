package io.echonet.dds.benchmarks;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamOptions;
import io.echonet.dds.transport.host.HandshakeLimits;
import io.echonet.dds.transport.host.HostConfig;
import io.echonet.dds.transport.host.Hosts;
import io.echonet.dds.transport.host.PrefixLimits;
import io.echonet.dds.transport.host.ResourceLimits;
import io.echonet.dds.transport.host.Security;
import io.echonet.dds.transport.ping.Ping;
import io.echonet.dds.transport.ping.PingConfig;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Our hosts on both sides. A host makes one connection to a peer, so each of the workers that
 * connect at the same time is a host of its own.
 */
final class HostDialling implements Dialling {
  static final String LISTENER = "transport-host-listener";
  static final String DIALLER = "transport-host-dialler";

  private static final Duration START = Duration.ofSeconds(60);
  private static final String ECHO = "/benchmark/echo/1.0.0";
  private static final String DISCARD = "/benchmark/discard/1.0.0";

  private final Multiaddr address;
  private final List<Host> workers;
  private final Host host;
  private final Connection connection;

  private HostDialling(Multiaddr address, List<Host> workers, Host host, Connection connection) {
    this.address = address;
    this.workers = workers;
    this.host = host;
    this.connection = connection;
  }

  /**
   * @param options how to secure connections
   */
  static void listen(String[] options) throws Exception {
    Host host = host(options[0]);
    host.handle(ECHO, stream -> stream.send(stream.receive()));
    host.handle(DISCARD, HostDialling::discard);
    Multiaddr bound =
        host.listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")).blockOptional(START).orElseThrow();
    System.out.println(bound.withPeerId(host.id()));
    DiallingChild.serve();
    host.close().block(START);
  }

  private static Mono<Void> discard(Stream stream) {
    return stream
        .receive()
        .map(HostDialling::drop)
        .reduce(0L, Long::sum)
        .flatMap(count -> stream.send(Mono.just(Unpooled.copyLong(count))));
  }

  private static long drop(ByteBuf buffer) {
    long bytes = buffer.readableBytes();
    buffer.release();
    return bytes;
  }

  /**
   * @param options how to secure connections, the listener's address, how many connect at once
   */
  static void dial(String[] options) throws Exception {
    Multiaddr address = Multiaddr.parse(options[1]);
    List<Host> workers =
        IntStream.range(0, Integer.parseInt(options[2])).mapToObj(i -> host(options[0])).toList();
    Host host = host(options[0]);
    Connection connection = Objects.requireNonNull(host.connect(address).block(START));
    DiallingChild.serve(new HostDialling(address, workers, host, connection));
  }

  private static Host host(String security) {
    HostConfig config =
        HostConfig.defaults()
            .withSecurity(List.of(Security.valueOf(security.toUpperCase(Locale.ROOT))))
            .withLimits(asManyHandshakesAsThereAre());
    return Objects.requireNonNull(Hosts.create(Identity.generate(), config).block(START));
  }

  /** What a host takes of strangers is less than what it can do. */
  private static ResourceLimits asManyHandshakesAsThereAre() {
    int many = 1_000_000;
    return ResourceLimits.defaults()
        .withHandshakes(HandshakeLimits.defaults().withRate(many, many))
        .withLocalPrefix(PrefixLimits.localDefaults().withHandshakeRate(many, many));
  }

  @Override
  public Mono<Long> send(int streams, Deadline over) {
    byte[] block = new byte[BLOCK_BYTES];
    Flux<ByteBuf> blocks =
        Flux.generate(
            sink -> {
              if (over.isPast()) {
                sink.complete();
              } else {
                sink.next(Unpooled.wrappedBuffer(block));
              }
            });
    return Flux.range(0, streams)
        .flatMap(i -> stream(connection, DISCARD).flatMap(stream -> send(stream, blocks)), streams)
        .reduce(0L, Long::sum);
  }

  private static Mono<Stream> stream(Connection connection, String protocol) {
    return connection.newStream(StreamOptions.defaults(), List.of(protocol));
  }

  private static Mono<Long> send(Stream stream, Flux<ByteBuf> blocks) {
    return stream
        .send(blocks)
        .then(stream.closeWrite())
        .thenMany(stream.receive())
        .map(
            answer -> {
              long count = answer.readLong();
              answer.release();
              return count;
            })
        .single();
  }

  @Override
  public Mono<Void> connect(int worker) {
    return workers.get(worker).connect(address).flatMap(made -> echo(made).then(made.close()));
  }

  @Override
  public Mono<Void> open() {
    return echo(connection);
  }

  private static Mono<Void> echo(Connection connection) {
    return stream(connection, ECHO)
        .flatMap(
            stream ->
                stream
                    .send(
                        Mono.fromSupplier(
                            () -> Unpooled.buffer(SMALL_BYTES).writeZero(SMALL_BYTES)))
                    .then(stream.closeWrite())
                    .thenMany(stream.receive())
                    .map(HostDialling::drop)
                    .reduce(0L, Long::sum)
                    .map(HostDialling::requireSmall))
        .then();
  }

  private static long requireSmall(long bytes) {
    if (bytes != SMALL_BYTES) {
      throw new IllegalStateException(bytes + " bytes came back of " + SMALL_BYTES);
    }
    return bytes;
  }

  @Override
  public Flux<Duration> ping() {
    return new Ping(
            PingConfig.defaults(),
            host.peerStore(),
            Schedulers.parallel(),
            new Random(),
            System::nanoTime)
        .repeatedly(connection, Duration.ZERO);
  }

  @Override
  public Mono<Void> close() {
    return Flux.fromIterable(workers).concatWithValues(host).flatMap(Host::close).then();
  }
}
