package io.echonet.dds.transport.ping;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.ProtocolNotSupportedException;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamException;
import io.echonet.dds.transport.StreamHandler;
import io.echonet.dds.transport.StreamOptions;
import io.echonet.dds.transport.StreamResetException;
import io.echonet.dds.transport.testing.Buffers;
import io.echonet.dds.transport.testing.HostContract;
import io.echonet.dds.transport.testing.InMemoryNetwork;
import io.echonet.dds.transport.testing.Link;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

@Timeout(60)
class PingTest {
  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final InMemoryNetwork network = InMemoryNetwork.create(time, 1);
  private final Host asking = network.newHost();
  private final Host answering = network.newHost();
  private final Ping ping =
      new Ping(
          PingConfig.defaults(),
          asking.peerStore(),
          time,
          new Random(1),
          () -> time.now(TimeUnit.NANOSECONDS));

  @AfterEach
  void close() {
    network.close().subscribe();
  }

  private Connection connect() {
    return value(asking.connect(HostContract.addressOf(answering)));
  }

  private <T> T value(Mono<T> mono) {
    AtomicReference<T> value = new AtomicReference<>();
    mono.subscribe(value::set);
    time.advanceTime();
    return Objects.requireNonNull(value.get());
  }

  private void answerWith(StreamHandler handler) {
    answering.handle(Ping.PROTOCOL, handler);
  }

  @Test
  void theTimeThereAndBackIsMeasured() {
    answerWith(ping.responder());
    Connection connection = connect();
    network.setDefaultLink(Link.PERFECT.withDelay(Duration.ofMillis(30)));

    StepVerifier.create(ping.once(connection))
        .then(() -> time.advanceTimeBy(Duration.ofMillis(60)))
        .expectNext(Duration.ofMillis(60))
        .verifyComplete();
    assertThat(asking.peerStore().latency(answering.id())).contains(Duration.ofMillis(60));
    time.advanceTimeBy(Duration.ofMillis(60));
    assertThat(connection.openStreams()).isZero();
    assertThat(answering.connections().get(0).openStreams()).isZero();
  }

  @Test
  void pingsFollowOneAnotherOnOneStream() {
    answerWith(ping.responder());
    Connection connection = connect();
    List<Integer> streams = new ArrayList<>();

    StepVerifier.create(
            ping.repeatedly(connection, Duration.ofSeconds(10))
                .doOnNext(roundTrip -> streams.add(connection.openStreams()))
                .take(3))
        .expectNextCount(1)
        .then(() -> time.advanceTimeBy(Duration.ofSeconds(10)))
        .expectNextCount(1)
        .then(() -> time.advanceTimeBy(Duration.ofSeconds(10)))
        .expectNextCount(1)
        .verifyComplete();

    assertThat(streams).containsExactly(1, 1, 1);
    time.advanceTime();
    assertThat(connection.openStreams()).isZero();
  }

  @Test
  void answersMayBeCutAnyhow() {
    answerWith(ping.responder());
    network.setDefaultLink(Link.PERFECT.withMaxFrameBytes(5));

    StepVerifier.create(ping.repeatedly(connect(), Duration.ZERO).take(20))
        .expectNextCount(20)
        .verifyComplete();
  }

  @Test
  void aPeerThatIsSilentIsGivenUp() {
    answerWith(stream -> Mono.never());
    Connection connection = connect();

    StepVerifier.create(ping.once(connection))
        .then(() -> time.advanceTimeBy(Duration.ofSeconds(10)))
        .expectErrorSatisfies(
            failure ->
                assertThat(failure)
                    .isInstanceOf(StreamException.class)
                    .hasMessageContaining("within PT10S"))
        .verify();
    assertThat(connection.openStreams()).isZero();
  }

  @Test
  void otherBytesAreNoAnswer() {
    answerWith(
        stream ->
            stream.send(
                stream
                    .receive()
                    .map(
                        buffer -> {
                          buffer.release();
                          return Buffers.of(new byte[32]);
                        })));

    StepVerifier.create(ping.once(connect()))
        .expectErrorMatches(failure -> String.valueOf(failure.getMessage()).contains("other bytes"))
        .verify();
  }

  @Test
  void moreThanAnAnswerIsNoAnswer() {
    answerWith(
        stream ->
            stream.send(
                stream
                    .receive()
                    .map(
                        buffer -> {
                          buffer.release();
                          return Buffers.of(new byte[1_000]);
                        })));

    StepVerifier.create(ping.once(connect()))
        .expectErrorMatches(failure -> String.valueOf(failure.getMessage()).contains("more came"))
        .verify();
  }

  @Test
  void aPeerThatHangsUpHasNotAnswered() {
    answerWith(stream -> Mono.empty());

    StepVerifier.create(ping.once(connect())).expectError(StreamException.class).verify();
  }

  @Test
  void aPeerWithoutPingSaysSo() {
    StepVerifier.create(ping.once(connect()))
        .expectError(ProtocolNotSupportedException.class)
        .verify();
  }

  private Stream openPing(Connection connection) {
    return value(connection.newStream(StreamOptions.defaults(), List.of(Ping.PROTOCOL)));
  }

  @Test
  void whatIsLeftIsEchoedAfterTheHalfClose() {
    answerWith(ping.responder());
    Stream stream = openPing(connect());
    byte[] bytes = Buffers.random(3, 32 * 100);

    Mono<Void> sent = stream.send(Buffers.cut(bytes, 33)).then(stream.closeWrite());

    StepVerifier.create(sent.then(Buffers.all(stream.receive())))
        .assertNext(echoed -> assertThat(echoed).isEqualTo(bytes))
        .verifyComplete();
    StepVerifier.create(stream.onClose()).verifyComplete();
  }

  @Test
  void aPeerMayPingOnTwoStreamsAtATime() {
    answerWith(ping.responder());
    Connection connection = connect();
    Stream first = openPing(connection);
    Stream second = openPing(connection);
    Stream third = openPing(connection);

    StepVerifier.create(third.receive()).expectError(StreamResetException.class).verify();

    first.closeWrite().subscribe();
    time.advanceTime();
    Stream fourth = openPing(connection);
    StepVerifier.create(fourth.closeWrite().thenMany(fourth.receive())).verifyComplete();
    StepVerifier.create(second.closeWrite().thenMany(second.receive())).verifyComplete();
  }

  @Test
  void aPeerThatStopsPingingIsNotWaitedFor() {
    answerWith(ping.responder());
    Stream stream = openPing(connect());

    StepVerifier.create(stream.receive())
        .then(() -> time.advanceTimeBy(Duration.ofSeconds(60)))
        .expectError(StreamResetException.class)
        .verify();
  }
}
