package io.echonet.dds.transport.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.StreamResetException;
import io.echonet.dds.transport.multistream.FakeStream;
import io.echonet.dds.transport.multistream.Multistream;
import io.echonet.dds.transport.multistream.NegotiatedStream;
import io.echonet.dds.transport.spi.MuxedStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class StreamOpeningTest {
  private final FakeStream muxed = new FakeStream();
  private final NegotiatedStream negotiated = Multistream.propose(muxed, "/test");

  /** The order that is rare between threads: it is opened when it has been given up. */
  @Test
  void aStreamThatComesAfterTheCancellationIsReset() {
    TestPublisher<MuxedStream> source =
        TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
    List<NegotiatedStream> given = new ArrayList<>();
    Disposable waiting =
        StreamOpening.of(Mono.fromDirect(source), stream -> Mono.just(negotiated))
            .subscribe(given::add);

    waiting.dispose();
    source.next(muxed);

    assertThat(given).isEmpty();
    assertThat(muxed.reset).isTrue();
  }

  @Test
  void aStreamIsResetWhereTheAgreementIsNotWaitedFor() {
    TestPublisher<NegotiatedStream> agreement = TestPublisher.create();
    Disposable waiting = StreamOpening.of(Mono.just(muxed), stream -> agreement.mono()).subscribe();
    assertThat(muxed.reset).isFalse();

    waiting.dispose();

    assertThat(muxed.reset).isTrue();
    agreement.assertCancelled();
  }

  @Test
  void aStreamThatIsTakenStays() {
    StepVerifier.create(StreamOpening.of(Mono.just(muxed), stream -> Mono.just(negotiated)))
        .expectNext(negotiated)
        .verifyComplete();
    assertThat(muxed.reset).isFalse();
  }

  @Test
  void failuresOfEitherPartAreTold() {
    Mono<MuxedStream> unopened = Mono.error(new StreamResetException("one"));
    StepVerifier.create(StreamOpening.of(unopened, stream -> Mono.just(negotiated)))
        .verifyErrorMessage("one");

    Mono<NegotiatedStream> disagreement = Mono.error(new StreamResetException("other"));
    StepVerifier.create(StreamOpening.of(Mono.just(muxed), stream -> disagreement))
        .verifyErrorMessage("other");
  }
}
