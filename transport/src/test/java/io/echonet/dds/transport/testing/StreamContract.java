package io.echonet.dds.transport.testing;

import static io.echonet.dds.transport.testing.Await.TIMEOUT;
import static io.echonet.dds.transport.testing.HostContract.ECHO;
import static io.echonet.dds.transport.testing.HostContract.ECHO_HANDLER;
import static io.echonet.dds.transport.testing.HostContract.addressOf;
import static io.echonet.dds.transport.testing.HostContract.await;
import static io.echonet.dds.transport.testing.HostContract.connect;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.ProtocolNotSupportedException;
import io.echonet.dds.transport.Stream;
import io.echonet.dds.transport.StreamException;
import io.echonet.dds.transport.StreamOptions;
import io.echonet.dds.transport.StreamResetException;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** What the {@link Stream}s of every {@link Host} do. */
public interface StreamContract {
  String HELD = "/test/held/1.0.0";

  /**
   * What a sender may be ahead of its window: buffers below the stream that are not yet on the
   * wire.
   */
  int SLACK_BYTES = 131_072;

  Host newHost();

  /** A stream of {@link #HELD} and its other end, which nobody serves but the test. */
  record Ends(Stream near, Stream far) {}

  private Ends held() {
    return held(StreamOptions.defaults());
  }

  private Ends held(StreamOptions options) {
    Host one = newHost();
    Host other = newHost();
    Sinks.One<Stream> far = Sinks.one();
    other.handle(
        HELD,
        stream -> {
          far.tryEmitValue(stream);
          return Mono.never();
        });
    Stream near = await(connect(one, other).newStream(options, List.of(HELD)));
    near.send(Mono.fromSupplier(() -> Buffers.of("!"))).block(TIMEOUT);
    Stream accepted = await(far.asMono());
    return new Ends(near, accepted);
  }

  private static Mono<Void> sendText(Stream stream, String text) {
    return stream.send(Mono.fromSupplier(() -> Buffers.of(text)));
  }

  @Test
  default void whatIsSentComesBack() {
    Host one = newHost();
    Host other = newHost();
    other.handle(ECHO, ECHO_HANDLER);
    byte[] bytes = Buffers.random(1, 3_000_000);

    Stream stream = await(connect(one, other).newStream(StreamOptions.defaults(), List.of(ECHO)));
    Mono<Void> sent = stream.send(Buffers.cut(bytes, 10_007)).then(stream.closeWrite());
    byte[] received = await(Mono.zip(sent.thenReturn(1), Buffers.all(stream.receive()))).getT2();

    assertThat(received).isEqualTo(bytes);
    stream.onClose().block(TIMEOUT);
    assertThat(stream.protocol()).isEqualTo(ECHO);
    assertThat(stream.isInitiator()).isTrue();
  }

  @Test
  default void anEmptyStreamIsClosedByBothEnds() {
    Host one = newHost();
    Host other = newHost();
    other.handle(ECHO, ECHO_HANDLER);

    Stream stream = await(connect(one, other).newStream(StreamOptions.defaults(), List.of(ECHO)));
    stream.closeWrite().block(TIMEOUT);

    assertThat(await(Buffers.all(stream.receive()))).isEmpty();
    stream.onClose().block(TIMEOUT);
  }

  @Test
  default void anUnknownProtocolShowsOnTheStreamWhenItWasTheOnlyOne() {
    Host one = newHost();
    Host other = newHost();

    Stream stream =
        await(connect(one, other).newStream(StreamOptions.defaults(), List.of("/unknown")));

    StepVerifier.create(
            stream
                .send(Mono.fromSupplier(() -> Buffers.of("first flight")))
                .thenMany(stream.receive()))
        .expectError(ProtocolNotSupportedException.class)
        .verify(TIMEOUT);
    stream.onClose().block(TIMEOUT);
  }

  @Test
  default void ofSeveralProtocolsTheFirstAcceptedOneIsTaken() {
    Host one = newHost();
    Host other = newHost();
    other.handle(ECHO, ECHO_HANDLER);

    Stream stream =
        await(
            connect(one, other)
                .newStream(StreamOptions.defaults(), List.of("/unknown/2", ECHO, "/unknown/1")));

    assertThat(stream.protocol()).isEqualTo(ECHO);
    Mono<Void> sent = sendText(stream, "agreed").then(stream.closeWrite());
    assertThat(await(sent.then(Buffers.text(stream.receive())))).isEqualTo("agreed");
  }

  @Test
  default void wherePeerRefusesAllProtocolsThereIsNoStream() {
    Host one = newHost();
    Host other = newHost();
    Connection connection = connect(one, other);

    StepVerifier.create(
            connection.newStream(StreamOptions.defaults(), List.of("/unknown/2", "/unknown/1")))
        .expectError(ProtocolNotSupportedException.class)
        .verify(TIMEOUT);
    Await.until("the stream has gone", () -> connection.openStreams() == 0);
  }

  @Test
  default void theOpenerMayCloseFirst() {
    Ends ends = held();
    ends.near().closeWrite().block(TIMEOUT);
    assertThat(await(Buffers.text(ends.far().receive()))).isEqualTo("!");

    sendText(ends.far(), "still heard").then(ends.far().closeWrite()).block(TIMEOUT);

    assertThat(await(Buffers.text(ends.near().receive()))).isEqualTo("still heard");
    ends.near().onClose().block(TIMEOUT);
    ends.far().onClose().block(TIMEOUT);
  }

  @Test
  default void theAcceptingEndMayCloseFirst() {
    Ends ends = held();
    ends.far().closeWrite().block(TIMEOUT);
    assertThat(await(Buffers.text(ends.near().receive()))).isEmpty();

    sendText(ends.near(), "still heard").then(ends.near().closeWrite()).block(TIMEOUT);

    assertThat(await(Buffers.text(ends.far().receive()))).isEqualTo("!still heard");
    ends.near().onClose().block(TIMEOUT);
    ends.far().onClose().block(TIMEOUT);
  }

  @Test
  default void nothingIsSentAfterTheHalfClose() {
    Ends ends = held();
    ends.near().closeWrite().block(TIMEOUT);

    StepVerifier.create(sendText(ends.near(), "late"))
        .expectError(StreamException.class)
        .verify(TIMEOUT);
    ends.near().closeWrite().block(TIMEOUT);
  }

  @Test
  default void sendsFollowOneAnother() {
    Ends ends = held();
    Flux<ByteBuf> slow = Flux.range(0, 50).map(i -> Buffers.of("a"));

    Mono.when(ends.near().send(slow), sendText(ends.near(), "b"), ends.near().closeWrite())
        .block(TIMEOUT);

    assertThat(await(Buffers.text(ends.far().receive()))).isEqualTo("!" + "a".repeat(50) + "b");
  }

  @Test
  default void aReaderThatStopsStopsTheSender() {
    assertSenderStopsAt(StreamOptions.INITIAL_WINDOW_BYTES, StreamOptions.defaults());
  }

  @Test
  default void aLargerWindowIsGrantedWithTheOpening() {
    int window = 1_048_576;
    assertSenderStopsAt(window, StreamOptions.defaults().withReceiveWindow(window));
  }

  /** The accepting end sends, as the opener's window is what the options are about. */
  private void assertSenderStopsAt(int windowBytes, StreamOptions options) {
    Ends ends = held(options);
    int bufferBytes = 16_384;
    int total = 4 * windowBytes;
    AtomicLong taken = new AtomicLong();
    Publisher<ByteBuf> source =
        Buffers.cut(Buffers.random(2, total), bufferBytes)
            .doOnNext(buffer -> taken.addAndGet(buffer.readableBytes()));
    Mono<Void> sent = ends.far().send(source).then(ends.far().closeWrite()).cache();
    sent.subscribe();

    Await.until("the window is used up", () -> taken.get() >= windowBytes);
    for (int i = 0; i < 5; i++) {
      roundTrip(ends.near().connection());
    }
    assertThat(taken.get()).isLessThanOrEqualTo(windowBytes + SLACK_BYTES);

    assertThat(await(Buffers.all(ends.near().receive()))).isEqualTo(Buffers.random(2, total));
    sent.block(TIMEOUT);
  }

  /** Another stream of the same connection gets through. */
  private static void roundTrip(Connection connection) {
    Stream stream =
        await(connection.newStream(StreamOptions.defaults(), List.of("/unknown/roundtrip")));
    StepVerifier.create(stream.receive())
        .expectError(ProtocolNotSupportedException.class)
        .verify(TIMEOUT);
  }

  @Test
  default void aReaderTakesWhatItAsksForAndNoMore() {
    Ends ends = held();
    sendText(ends.near(), "more").then(ends.near().closeWrite()).block(TIMEOUT);
    StringBuilder read = new StringBuilder();

    StepVerifier.create(
            ends.far().receive().map(b -> new String(Buffers.bytes(b), StandardCharsets.UTF_8)), 0)
        .thenRequest(1)
        .consumeNextWith(read::append)
        .thenRequest(100)
        .thenConsumeWhile(text -> true, read::append)
        .expectComplete()
        .verify(TIMEOUT);

    assertThat(read).hasToString("!more");
  }

  @Test
  default void aStalledStreamDoesNotHinderOthers() {
    Ends ends = held();
    Flux<ByteBuf> endless = Flux.generate(sink -> sink.next(Buffers.of(new byte[8_192])));
    AtomicLong taken = new AtomicLong();
    ends.near()
        .send(endless.doOnNext(buffer -> taken.addAndGet(buffer.readableBytes())))
        .subscribe(nothing -> {}, failure -> {});
    Await.until("the window is used up", () -> taken.get() >= StreamOptions.INITIAL_WINDOW_BYTES);

    roundTrip(ends.near().connection());
    roundTrip(ends.far().connection());
    ends.near().reset();
  }

  @Test
  default void aResetReachesThePeer() {
    Ends ends = held();

    ends.near().reset();

    StepVerifier.create(ends.far().receive().doOnNext(ByteBuf::release).then())
        .expectError(StreamResetException.class)
        .verify(TIMEOUT);
    StepVerifier.create(ends.near().receive().then())
        .expectError(StreamResetException.class)
        .verify(TIMEOUT);
    StepVerifier.create(sendText(ends.near(), "late"))
        .expectError(StreamResetException.class)
        .verify(TIMEOUT);
    ends.near().onClose().block(TIMEOUT);
    ends.far().onClose().block(TIMEOUT);
    ends.near().reset();
  }

  @Test
  default void anErrorOfTheSourceResetsTheStream() {
    Ends ends = held();
    RuntimeException cause = new IllegalStateException("the disk is gone");

    StepVerifier.create(ends.near().send(Flux.error(cause)))
        .expectErrorMatches(failure -> failure == cause)
        .verify(TIMEOUT);

    StepVerifier.create(ends.far().receive().doOnNext(ByteBuf::release).then())
        .expectError(StreamResetException.class)
        .verify(TIMEOUT);
  }

  @Test
  default void aSecondReaderIsRefused() {
    Ends ends = held();
    ends.far().receive().doOnNext(ByteBuf::release).subscribe(nothing -> {}, failure -> {});

    StepVerifier.create(ends.far().receive())
        .expectError(IllegalStateException.class)
        .verify(TIMEOUT);
  }

  @Test
  default void aReaderThatCancelsLeavesTheOtherDirectionAlone() {
    Ends ends = held();
    ends.far().receive().doOnNext(ByteBuf::release).subscribe().dispose();
    sendText(ends.near(), "into the void").block(TIMEOUT);

    sendText(ends.far(), "still heard").then(ends.far().closeWrite()).block(TIMEOUT);

    assertThat(await(Buffers.text(ends.near().receive()))).isEqualTo("still heard");
  }

  @Test
  default void closingSendsWhatWasSentBeforeAndDiscardsTheRest() {
    Ends ends = held();
    sendText(ends.far(), "never read").block(TIMEOUT);

    sendText(ends.near(), "last words").then(ends.near().close()).block(TIMEOUT);

    assertThat(await(Buffers.text(ends.far().receive()))).isEqualTo("!last words");
    ends.far().closeWrite().block(TIMEOUT);
    ends.near().onClose().block(TIMEOUT);
  }

  @Test
  default void aHandlerThatCompletesClosesItsStream() {
    Host one = newHost();
    Host other = newHost();
    other.handle("/test/greet", stream -> sendText(stream, "hello"));

    Stream stream =
        await(connect(one, other).newStream(StreamOptions.defaults(), List.of("/test/greet")));
    stream.closeWrite().block(TIMEOUT);

    assertThat(await(Buffers.text(stream.receive()))).isEqualTo("hello");
    stream.onClose().block(TIMEOUT);
  }

  @Test
  default void aHandlerThatFailsResetsItsStream() {
    Host one = newHost();
    Host other = newHost();
    other.handle("/test/fail", stream -> Mono.error(new IllegalStateException("no")));
    other.handle(
        "/test/throw",
        stream -> {
          throw new IllegalStateException("no");
        });

    for (String protocol : List.of("/test/fail", "/test/throw")) {
      Stream stream =
          await(connect(one, other).newStream(StreamOptions.defaults(), List.of(protocol)));
      StepVerifier.create(stream.receive().then())
          .expectError(StreamResetException.class)
          .verify(TIMEOUT);
    }
  }

  @Test
  default void aConnectionThatEndsEndsItsStreams() {
    Ends ends = held();

    ends.far().connection().close().block(TIMEOUT);

    StepVerifier.create(ends.near().receive().then())
        .expectErrorMatches(StreamContract::isEndOfConnection)
        .verify(TIMEOUT);
    StepVerifier.create(sendText(ends.near(), "late"))
        .expectErrorMatches(StreamContract::isEndOfConnection)
        .verify(TIMEOUT);
    StepVerifier.create(ends.far().connection().newStream(StreamOptions.defaults(), List.of(HELD)))
        .expectError(ConnectionException.class)
        .verify(TIMEOUT);
    ends.near().onClose().block(TIMEOUT);
    ends.far().onClose().block(TIMEOUT);
  }

  /** The peer may reset the streams before it goes. */
  private static boolean isEndOfConnection(Throwable failure) {
    return failure instanceof ConnectionException || failure instanceof StreamResetException;
  }

  @Test
  default void aHundredStreamsRunSideBySide() {
    Host one = newHost();
    Host other = newHost();
    other.handle(ECHO, ECHO_HANDLER);
    await(one.connect(addressOf(other)));
    AtomicInteger equal = new AtomicInteger();

    Flux.range(0, 100)
        .flatMap(
            i -> {
              byte[] bytes = Buffers.random(i, 20_000 + i);
              return one.newStream(other.id(), StreamOptions.defaults(), ECHO)
                  .flatMap(
                      stream ->
                          Mono.zip(
                              stream
                                  .send(Buffers.cut(bytes, 4_096))
                                  .then(stream.closeWrite())
                                  .thenReturn(1),
                              Buffers.all(stream.receive())))
                  .doOnNext(
                      result -> {
                        assertThat(result.getT2()).isEqualTo(bytes);
                        equal.incrementAndGet();
                      });
            },
            100,
            1)
        .blockLast(TIMEOUT);

    assertThat(equal).hasValue(100);
    Await.until("all are closed", () -> one.connections().get(0).openStreams() == 0);
  }
}
