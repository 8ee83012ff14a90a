package io.echonet.dds.transport.host;

import static io.echonet.dds.transport.testing.Await.TIMEOUT;
import static io.echonet.dds.transport.testing.HostContract.ECHO;
import static io.echonet.dds.transport.testing.HostContract.ECHO_HANDLER;
import static io.echonet.dds.transport.testing.HostContract.addressOf;
import static io.echonet.dds.transport.testing.HostContract.await;
import static io.echonet.dds.transport.testing.HostContract.connect;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamException;
import io.echonet.dds.transport.StreamOptions;
import io.echonet.dds.transport.testing.Await;
import io.echonet.dds.transport.testing.Buffers;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/** Many who come at once, while what is under way goes on: limits hold, and nothing is left. */
class CrowdTest {
  private static final int CONNECTIONS = 10_000;
  private static final int WHOLE_HANDSHAKES = 200;
  private static final int STREAMS = 1_000;
  private static final int PLACES = 32;
  private static final int TRANSFER_BYTES = 64 * 1024;
  private static final String HOLD = "/hold/1.0.0";

  private final List<Host> hosts = new ArrayList<>();

  private Host newHost(HostConfig config) {
    Host host = await(Hosts.create(Identity.generate(), config));
    hosts.add(host);
    host.listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")).block(TIMEOUT);
    host.handle(ECHO, ECHO_HANDLER);
    return host;
  }

  @AfterEach
  void close() {
    Flux.fromIterable(hosts).flatMap(Host::close, 16, 1).blockLast(TIMEOUT);
  }

  /** Something that goes on for as long as it is wanted, and finds out if a byte is wrong. */
  private static final class Transfer {
    private final Stream stream;
    private final Sinks.Many<Integer> turns = Sinks.many().unicast().onBackpressureBuffer();
    private final AtomicInteger echoed = new AtomicInteger();
    private final CompletableFuture<Void> end;

    Transfer(Connection connection) {
      stream = await(connection.newStream(StreamOptions.defaults(), List.of(ECHO)));
      Mono<Void> sent = stream.send(turns.asFlux().map(Transfer::piece)).then(stream.closeWrite());
      end = Mono.when(sent, stream.receive().doOnNext(this::compare).then()).toFuture();
    }

    private static ByteBuf piece(int turn) {
      byte[] bytes = new byte[TRANSFER_BYTES];
      Arrays.fill(bytes, (byte) turn);
      return Buffers.of(bytes);
    }

    private void compare(ByteBuf buffer) {
      try {
        while (buffer.isReadable()) {
          int expected = echoed.getAndIncrement() / TRANSFER_BYTES;
          if (buffer.readByte() != (byte) expected) {
            throw new AssertionError("byte " + echoed.get() + " is wrong");
          }
        }
      } finally {
        buffer.release();
      }
    }

    /** One more piece goes there and back. */
    void turn(int number) {
      turns.emitNext(number, Sinks.EmitFailureHandler.FAIL_FAST);
      Await.until(
          "piece " + number + " is back",
          () -> end.isDone() || echoed.get() == (number + 1) * TRANSFER_BYTES);
      assertThat(echoed.get()).isEqualTo((number + 1) * TRANSFER_BYTES);
    }

    void finish() throws Exception {
      turns.emitComplete(Sinks.EmitFailureHandler.FAIL_FAST);
      end.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }
  }

  @Test
  void tenThousandConnectionsComeAndGoAndLeaveNothing() throws Exception {
    HandshakeLimits handshakes =
        HandshakeLimits.defaults().withMaxPending(PLACES).withRate(1_000_000, 1_000_000);
    Host host =
        newHost(
            HostConfig.defaults()
                .withLimits(
                    ResourceLimits.defaults()
                        .withHandshakes(handshakes)
                        .withLocalPrefix(
                            PrefixLimits.localDefaults()
                                .withMaxPending(PLACES)
                                .withHandshakeRate(1_000_000, 1_000_000))));
    Host honest = newHost(HostConfig.defaults());
    Transfer transfer = new Transfer(connect(honest, host));

    for (int i = 0; i < CONNECTIONS; i++) {
      visit(host, i);
      if (i % (CONNECTIONS / 50) == 0) {
        transfer.turn(i / (CONNECTIONS / 50));
      }
    }
    Host visitor = newHost(HostConfig.defaults());
    for (int i = 0; i < WHOLE_HANDSHAKES; i++) {
      await(connectWhenThereIsRoom(visitor, host)).close().block(TIMEOUT);
    }

    transfer.finish();
    Await.until("the honest one alone is left", () -> host.connections().size() == 1);
    assertEveryPlaceIsFree(host);
  }

  /** Who comes and goes at once, halfway in, after garbage, or in the middle of the handshake. */
  private static void visit(Host host, int number) {
    try (RawPeer peer = RawPeer.connect(host)) {
      switch (number % 4) {
        case 0 -> {}
        case 1 -> peer.say(RawPeer.line("/multistream/1.0.0"));
        case 2 -> peer.say(Buffers.random(number, 64));
        default ->
            peer.say(RawPeer.line("/multistream/1.0.0"))
                .say(RawPeer.line("/noise"))
                .say(new byte[] {0, 32, 1, 2, 3});
      }
    }
  }

  private static Mono<Connection> connectWhenThereIsRoom(Host from, Host to) {
    return from.connect(addressOf(to)).retryWhen(Retry.fixedDelay(100, Duration.ofMillis(20)));
  }

  /** As many as there are places say nothing and stay; one more is dropped. */
  private static void assertEveryPlaceIsFree(Host host) {
    List<RawPeer> silent = new ArrayList<>();
    try {
      for (int i = 0; i < PLACES; i++) {
        silent.add(RawPeer.connect(host));
      }
      try (RawPeer tooMany = RawPeer.connect(host)) {
        tooMany.awaitDrop();
      }
      assertThat(silent).noneMatch(RawPeer::isDropped);
    } finally {
      silent.forEach(RawPeer::close);
    }
  }

  @Test
  void aThousandStreamsAtOnceAreServedUpToTheLimitAndTheRestAreReset() throws Exception {
    int served = 100;
    Host host =
        newHost(
            HostConfig.defaults()
                .withLimits(
                    ResourceLimits.defaults()
                        .withStreams(
                            StreamLimits.defaults()
                                .withMaxNegotiating(STREAMS)
                                .withPerProtocol(served, served))));
    Sinks.Empty<Void> enough = Sinks.empty();
    AtomicInteger holding = new AtomicInteger();
    AtomicInteger mostHeld = new AtomicInteger();
    host.handle(
        HOLD,
        stream -> {
          mostHeld.accumulateAndGet(holding.incrementAndGet(), Math::max);
          return stream
              .send(Mono.fromSupplier(() -> Buffers.of(new byte[] {1})))
              .then(Mono.firstWithSignal(enough.asMono(), stream.onClose()))
              .doFinally(signal -> holding.decrementAndGet());
        });
    Connection connection = connect(newHost(HostConfig.defaults()), host);
    Transfer transfer = new Transfer(connection);
    transfer.turn(0);

    List<Stream> open = new ArrayList<>();
    List<Integer> answers =
        await(
            Flux.range(0, STREAMS)
                .flatMap(
                    i -> connection.newStream(StreamOptions.defaults(), List.of(HOLD)), STREAMS)
                .doOnNext(open::add)
                .flatMap(CrowdTest::answer, STREAMS)
                .collectList());

    assertThat(answers).hasSize(STREAMS);
    assertThat(answers.stream().filter(answer -> answer == 1)).hasSize(served);
    assertThat(mostHeld).hasValue(served);
    transfer.turn(1);
    open.forEach(Stream::reset);
    Await.until("the transfer's stream alone is left", () -> connection.openStreams() == 1);
    Await.until("nothing is held", () -> holding.get() == 0);
    Stream again = await(connection.newStream(StreamOptions.defaults(), List.of(HOLD)));
    assertThat(await(answer(again))).isEqualTo(1);
    enough.tryEmitEmpty();
    transfer.turn(2);
    transfer.finish();
  }

  /** 1 where the stream is served, 0 where it is reset. */
  private static Mono<Integer> answer(Stream stream) {
    return stream
        .receive()
        .map(
            buffer -> {
              int first = buffer.readByte();
              buffer.release();
              return first;
            })
        .next()
        .onErrorReturn(StreamException.class, 0)
        .defaultIfEmpty(0);
  }
}
