package io.echonet.dds.transport.multistream;

import static io.echonet.dds.transport.multistream.MultistreamNegotiationTest.HEADER;
import static io.echonet.dds.transport.multistream.MultistreamNegotiationTest.NA;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.ProtocolNotSupportedException;
import io.echonet.dds.transport.StreamException;
import io.echonet.dds.transport.StreamResetException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class StreamNegotiationTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final String PROPOSAL = HEADER + "\u0003/x\n";

  private final FakeStream stream = new FakeStream();

  @Test
  void theFirstPayloadTravelsInTheProposalsFlight() {
    NegotiatedStream negotiated = Multistream.propose(stream, "/x");

    StepVerifier.create(negotiated.send(Flux.just(buffer("hello"), buffer("world"))))
        .expectComplete()
        .verify(TIMEOUT);

    assertThat(negotiated.protocol()).isEqualTo("/x");
    assertThat(stream.flights()).containsExactly(PROPOSAL + "hello", "world");
  }

  @Test
  void aPayloadThatComesLaterStillTravelsInTheProposalsFlight() {
    Sinks.Many<ByteBuf> payload = Sinks.many().unicast().onBackpressureBuffer();
    NegotiatedStream negotiated = Multistream.propose(stream, "/x");

    StepVerifier.create(negotiated.send(payload.asFlux()))
        .then(() -> assertThat(stream.flights()).isEmpty())
        .then(() -> payload.tryEmitNext(buffer("late")))
        .then(payload::tryEmitComplete)
        .expectComplete()
        .verify(TIMEOUT);

    assertThat(stream.flights()).containsExactly(PROPOSAL + "late");
  }

  @Test
  void whoReceivesFirstSendsTheProposalAlone() {
    NegotiatedStream negotiated = Multistream.propose(stream, "/x");
    StepVerifier.create(negotiated.receive().map(StreamNegotiationTest::text))
        .then(() -> assertThat(stream.flights()).containsExactly(PROPOSAL))
        .then(() -> stream.arrives(PROPOSAL + "hi"))
        .expectNext("hi")
        .then(() -> negotiated.send(Mono.just(buffer("ho"))).subscribe())
        .then(() -> assertThat(stream.flights()).containsExactly(PROPOSAL, "ho"))
        .then(stream::ends)
        .expectComplete()
        .verify(TIMEOUT);
  }

  @Test
  void aSendThatIsStuckDoesNotKeepTheProposalBackFromAReceiver() {
    Sinks.Many<ByteBuf> payload = Sinks.many().unicast().onBackpressureBuffer();
    NegotiatedStream negotiated = Multistream.propose(stream, "/x");
    Mono<Void> sending = negotiated.send(payload.asFlux());
    sending.subscribe();

    negotiated.receive().map(StreamNegotiationTest::text).subscribe();
    assertThat(stream.flights()).containsExactly(PROPOSAL);

    payload.tryEmitNext(buffer("at last"));
    assertThat(stream.flights()).containsExactly(PROPOSAL, "at last");
  }

  @Test
  void aSendWithoutPayloadAndAHalfCloseSendTheProposal() {
    StepVerifier.create(Multistream.propose(stream, "/x").send(Flux.empty()))
        .expectComplete()
        .verify(TIMEOUT);
    assertThat(stream.flights()).containsExactly(PROPOSAL);

    FakeStream other = new FakeStream();
    StepVerifier.create(Multistream.propose(other, "/x").closeWrite())
        .expectComplete()
        .verify(TIMEOUT);
    assertThat(other.flights()).containsExactly(PROPOSAL);
    assertThat(other.writeClosed).isTrue();
  }

  @Test
  void aFailedOrCancelledSendLeavesTheProposalToTheNext() {
    NegotiatedStream negotiated = Multistream.propose(stream, "/x");
    StepVerifier.create(negotiated.send(Mono.error(new IllegalStateException("source broke"))))
        .expectErrorMessage("source broke")
        .verify(TIMEOUT);
    negotiated.send(Flux.never()).subscribe().dispose();

    StepVerifier.create(negotiated.send(Mono.just(buffer("x")))).expectComplete().verify(TIMEOUT);

    assertThat(stream.flights()).containsExactly(PROPOSAL + "x");
  }

  @Test
  void ofManySendsAtOnceTheFirstOnTheWireCarriesTheProposal() throws Exception {
    for (int round = 0; round < 50; round++) {
      FakeStream busy = new FakeStream();
      NegotiatedStream negotiated = Multistream.propose(busy, "/x");
      CountDownLatch done = new CountDownLatch(4);
      for (int i = 0; i < 3; i++) {
        negotiated
            .send(Mono.fromSupplier(() -> buffer("p")))
            .subscribeOn(Schedulers.parallel())
            .subscribe(nothing -> {}, error -> {}, done::countDown);
      }
      Mono.fromRunnable(() -> negotiated.receive().subscribe())
          .subscribeOn(Schedulers.parallel())
          .subscribe(nothing -> {}, error -> {}, done::countDown);

      assertThat(done.await(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
      assertThat(busy.sent()).isEqualTo(PROPOSAL + "ppp");
    }
  }

  @Test
  void theSenderIsAskedForOneBufferAtATimeUntilTheProposalHasGone() {
    AtomicInteger asked = new AtomicInteger();
    Flux<ByteBuf> payload =
        Flux.range(0, 3).map(i -> buffer("" + i)).doOnRequest(n -> asked.addAndGet((int) n));

    Multistream.propose(stream, "/x").send(payload).subscribe();

    assertThat(asked).hasValue(3);
    assertThat(stream.flights()).containsExactly(PROPOSAL + "0", "1", "2");
  }

  @Test
  void refusalShowsToReceiverAndSender() {
    NegotiatedStream negotiated = Multistream.propose(stream, "/x");
    negotiated.send(Mono.just(buffer("hello"))).subscribe();
    stream.arrives(HEADER + NA);

    StepVerifier.create(negotiated.receive())
        .expectError(ProtocolNotSupportedException.class)
        .verify(TIMEOUT);
    StepVerifier.create(negotiated.send(Mono.fromSupplier(() -> buffer("more"))))
        .expectError(ProtocolNotSupportedException.class)
        .verify(TIMEOUT);
    assertThat(stream.reset).isTrue();
  }

  @Test
  void garbageInPlaceOfTheAnswerFailsTheStream() {
    NegotiatedStream negotiated = Multistream.propose(stream, "/x");
    stream.arrives("\u0004HTTP/1.1 400 Bad Request\r\n\r\n");

    StepVerifier.create(negotiated.receive())
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(StreamException.class)
                    .hasMessageContaining("negotiation"))
        .verify(TIMEOUT);
    assertThat(stream.reset).isTrue();
  }

  @Test
  void theEndBeforeTheAnswerIsAnError() {
    NegotiatedStream negotiated = Multistream.propose(stream, "/x");
    stream.arrives(HEADER);
    stream.ends();

    StepVerifier.create(negotiated.receive())
        .expectErrorMessage("stream ended during protocol negotiation")
        .verify(TIMEOUT);
  }

  @Test
  void aResetBeforeTheAnswerIsPassedOn() {
    NegotiatedStream negotiated = Multistream.propose(stream, "/x");

    StepVerifier.create(negotiated.receive())
        .then(() -> stream.fails(new StreamResetException("by the peer")))
        .expectErrorMessage("by the peer")
        .verify(TIMEOUT);
  }

  @Test
  void everyBufferTakenIsDemandedOrTheNegotiations() {
    NegotiatedStream negotiated = Multistream.propose(stream, "/x");
    stream.arrives(HEADER);
    stream.arrives("\u0003/x\n");
    for (int i = 0; i < 5; i++) {
      stream.arrives("" + i);
    }

    StepVerifier.create(negotiated.receive().map(StreamNegotiationTest::text), 0)
        .expectSubscription()
        .then(() -> assertThat(stream.demanded).hasValue(0))
        .thenRequest(1)
        .expectNext("0")
        .then(() -> assertThat(stream.taken).hasValue(3))
        .then(() -> assertThat(stream.demanded).hasValue(3))
        .thenRequest(2)
        .expectNext("1", "2")
        .then(() -> assertThat(stream.demanded).hasValue(5))
        .thenRequest(2)
        .expectNext("3", "4")
        .then(stream::ends)
        .expectComplete()
        .verify(TIMEOUT);
  }

  @Test
  void theResponderAgreesAndHandsOnWhatCameInTheSameFlight() {
    List<NegotiatedStream> agreed = new ArrayList<>();
    Multistream.answer(stream, List.of("/w", "/x")).subscribe(agreed::add);

    stream.arrives(PROPOSAL + "hello");

    assertThat(agreed).hasSize(1);
    assertThat(agreed.get(0).protocol()).isEqualTo("/x");
    assertThat(stream.flights()).containsExactly(PROPOSAL);
    assertThat(stream.demanded).hasValue(1);
    stream.arrives("world");
    stream.ends();
    StepVerifier.create(agreed.get(0).receive().map(StreamNegotiationTest::text), 0)
        .expectSubscription()
        .thenRequest(1)
        .expectNext("hello")
        .then(() -> assertThat(stream.demanded).hasValue(1))
        .thenRequest(1)
        .expectNext("world")
        .expectComplete()
        .verify(TIMEOUT);
  }

  @Test
  void whatArrivesBeforeTheReaderIsNotLostWhenItAsksAtOnce() {
    List<NegotiatedStream> agreed = new ArrayList<>();
    Multistream.answer(stream, List.of("/x")).subscribe(agreed::add);
    stream.arrives(PROPOSAL);
    stream.arrives("early");
    stream.ends();

    StepVerifier.create(agreed.get(0).receive().map(StreamNegotiationTest::text))
        .expectNext("early")
        .expectComplete()
        .verify(TIMEOUT);
  }

  @Test
  void theResponderRefusesWhatItDoesNotServeAndListensOn() {
    List<NegotiatedStream> agreed = new ArrayList<>();
    Multistream.answer(stream, List.of("/x")).subscribe(agreed::add);

    stream.arrives(HEADER + "\u0003/y\n");
    assertThat(stream.sent()).isEqualTo(HEADER + NA);
    stream.arrives("\u0003/x\n");

    assertThat(stream.sent()).isEqualTo(HEADER + NA + "\u0003/x\n");
    assertThat(agreed).singleElement().satisfies(s -> assertThat(s.protocol()).isEqualTo("/x"));
  }

  @Test
  void theResponderGivesUpOnGarbageAndOnAnEnd() {
    StepVerifier.create(Multistream.answer(stream, List.of("/x")))
        .then(() -> stream.arrives("\u00ff\u00ff\u00ff\u00ff"))
        .expectError(StreamException.class)
        .verify(TIMEOUT);
    assertThat(stream.reset).isTrue();

    FakeStream other = new FakeStream();
    StepVerifier.create(Multistream.answer(other, List.of("/x")))
        .then(other::ends)
        .expectErrorMessage("stream ended during protocol negotiation")
        .verify(TIMEOUT);
  }

  @Test
  void severalProposalsAreMadeOneAfterAnother() {
    List<NegotiatedStream> agreed = new ArrayList<>();
    Multistream.propose(stream, List.of("/w", "/x")).subscribe(agreed::add);
    assertThat(stream.flights()).containsExactly(HEADER + "\u0003/w\n");

    stream.arrives(HEADER + NA);
    assertThat(stream.flights()).hasSize(2).last().isEqualTo("\u0003/x\n");
    assertThat(agreed).isEmpty();
    stream.arrives("\u0003/x\nfirst");

    assertThat(agreed).hasSize(1);
    StepVerifier.create(agreed.get(0).receive().map(StreamNegotiationTest::text))
        .expectNext("first")
        .thenCancel()
        .verify(TIMEOUT);
    assertThat(stream.discarding).isTrue();
  }

  @Test
  void whenAllProposalsAreRefusedTheStreamIsReset() {
    StepVerifier.create(Multistream.propose(stream, List.of("/w", "/x")))
        .then(() -> stream.arrives(HEADER + NA + NA))
        .expectError(ProtocolNotSupportedException.class)
        .verify(TIMEOUT);
    assertThat(stream.reset).isTrue();
  }

  @Test
  void cancellingANegotiationResetsTheStream() {
    StepVerifier.create(Multistream.answer(stream, List.of("/x"))).thenCancel().verify(TIMEOUT);
    assertThat(stream.reset).isTrue();
  }

  @Test
  void closingUnreadGivesTheBytesUp() {
    List<NegotiatedStream> agreed = new ArrayList<>();
    Multistream.answer(stream, List.of("/x")).subscribe(agreed::add);
    stream.arrives(PROPOSAL + "unread");

    StepVerifier.create(agreed.get(0).close()).expectComplete().verify(TIMEOUT);

    assertThat(stream.discarding).isTrue();
    StepVerifier.create(agreed.get(0).receive())
        .expectError(StreamResetException.class)
        .verify(TIMEOUT);
  }

  @Test
  void aStreamHasOneReceiver() {
    NegotiatedStream negotiated = Multistream.propose(stream, "/x");
    negotiated.receive().subscribe();

    StepVerifier.create(negotiated.receive())
        .expectError(IllegalStateException.class)
        .verify(TIMEOUT);
  }

  @Test
  void twoEndsTalk() {
    FakeStream dialler = new FakeStream();
    FakeStream listener = new FakeStream();
    NegotiatedStream asking = Multistream.propose(dialler, "/x");
    List<String> heard = new ArrayList<>();
    Multistream.answer(listener, List.of("/x"))
        .flatMap(
            s ->
                s.receive()
                    .map(StreamNegotiationTest::text)
                    .doOnNext(heard::add)
                    .then(s.send(Mono.just(buffer("pong"))))
                    .then(s.closeWrite()))
        .subscribe();
    asking.send(Mono.just(buffer("ping"))).then(asking.closeWrite()).subscribe();

    listener.arrives(dialler.sent());
    listener.ends();
    assertThat(heard).containsExactly("ping");
    dialler.arrives(listener.sent());
    dialler.ends();

    StepVerifier.create(asking.receive().map(StreamNegotiationTest::text))
        .expectNext("pong")
        .expectComplete()
        .verify(TIMEOUT);
  }

  static ByteBuf buffer(String text) {
    return PooledByteBufAllocator.DEFAULT
        .directBuffer(16)
        .writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  static String text(ByteBuf buffer) {
    try {
      return buffer.toString(StandardCharsets.ISO_8859_1);
    } finally {
      buffer.release();
    }
  }
}
