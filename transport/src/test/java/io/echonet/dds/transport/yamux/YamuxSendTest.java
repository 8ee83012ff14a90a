package io.echonet.dds.transport.yamux;

import static io.echonet.dds.transport.yamux.YamuxFrame.RST;
import static io.echonet.dds.transport.yamux.YamuxFrame.SYN;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.LimitExceededException;
import io.echonet.dds.transport.StreamException;
import io.echonet.dds.transport.StreamResetException;
import io.echonet.dds.transport.spi.MuxedStream;
import io.echonet.dds.transport.spi.Role;
import io.echonet.dds.transport.testing.Buffers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.WriteBufferWaterMark;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** What a stream sends, and when it takes from its publisher; the session is the responder. */
class YamuxSendTest {
  private static final int WINDOW = 262_144;
  private static final int FRAME = YamuxConfig.defaults().framePayloadBytes();

  private ScriptedPeer peer = new ScriptedPeer();
  private MuxedStream stream = opened();

  private MuxedStream opened() {
    MuxedStream opened = peer.opens(1);
    peer.hears();
    return opened;
  }

  @AfterEach
  void close() {
    peer.close();
  }

  private static Mono<ByteBuf> bytes(int count) {
    return Mono.fromSupplier(() -> Buffers.of(new byte[count]));
  }

  /** Subscribes, and notes how it ends. */
  private List<Object> started(Mono<Void> sending) {
    List<Object> ends = new ArrayList<>();
    sending.subscribe(nothing -> {}, ends::add, () -> ends.add("sent"));
    peer.channel.runPendingTasks();
    return ends;
  }

  @Test
  void aSendCompletesWhenItsBytesAreWritten() {
    assertThat(started(stream.send(bytes(5)))).containsExactly("sent");
    assertThat(peer.hears()).containsExactly("data 1 5");
  }

  @Test
  void theFirstDataAcknowledgesTheStream() {
    ScriptedPeer other =
        new ScriptedPeer() {
          @Override
          void accept(MuxedStream accepted) {
            accepted.send(bytes(5)).subscribe();
          }
        };

    other.sendsUpdate(SYN, 1, 0);

    assertThat(other.hears()).containsExactly("data ack 1 5");
    other.close();
  }

  @Test
  void largeBuffersAreCutIntoFramesThatFillANoiseMessage() {
    byte[] content = Buffers.random(1, 200_000);
    assertThat(started(stream.send(Mono.fromSupplier(() -> Buffers.of(content)))))
        .containsExactly("sent");

    assertThat(peer.hears())
        .containsExactly("data 1 65507", "data 1 65507", "data 1 65507", "data 1 3479");
    assertThat(peer.heardPayload()).isEqualTo(content);
  }

  @Test
  void smallBuffersThatAreThereShareAFrame() {
    started(stream.send(Flux.range(0, 100).map(i -> Buffers.of(new byte[] {i.byteValue()}))));

    List<String> heard = peer.hears();
    assertThat(heard.size()).isLessThan(10);
    assertThat(peer.heardPayload()).hasSize(100);
    for (int i = 0; i < 100; i++) {
      assertThat(peer.heardPayload()[i]).isEqualTo((byte) i);
    }
  }

  @Test
  void payloadIsNotCopied() {
    ByteBuf buffer = Buffers.of(new byte[1_000]);
    started(stream.send(Mono.just(buffer)));

    ByteBuf header = peer.channel.readOutbound();
    ByteBuf payload = peer.channel.readOutbound();
    assertThat(payload).isSameAs(buffer);
    header.release();
    payload.release();
  }

  @Test
  void noMoreIsSentThanTheWindowAllows() {
    List<Object> ends = started(stream.send(bytes(WINDOW + 10)));
    assertThat(peer.heardPayload()).isEmpty();
    peer.hears();
    assertThat(peer.heardPayload()).hasSize(WINDOW);
    assertThat(ends).isEmpty();

    peer.sendsUpdate(0, 1, 4);
    assertThat(peer.hears()).containsExactly("data 1 4");
    peer.sendsUpdate(0, 1, 100);
    assertThat(peer.hears()).containsExactly("data 1 6");
    assertThat(ends).containsExactly("sent");
  }

  @Test
  void thePublisherIsAskedOnlyForWhatFitsTheWindow() {
    AtomicLong taken = new AtomicLong();
    Flux<ByteBuf> endless =
        Flux.generate(
            sink -> {
              taken.addAndGet(1_000);
              sink.next(Buffers.of(new byte[1_000]));
            });

    Disposable sending = stream.send(endless).subscribe();
    peer.channel.runPendingTasks();

    assertThat(taken.get()).isBetween((long) WINDOW, WINDOW + 1_000L);
    peer.sendsUpdate(0, 1, 50_000);
    assertThat(taken.get()).isBetween(WINDOW + 50_000L, WINDOW + 51_000L);
    sending.dispose();
    peer.hears();
  }

  @Test
  void thePublisherIsNotAskedWhileTheSocketTakesNothing() {
    peer.socketTakes(false);
    TestPublisher<ByteBuf> source = TestPublisher.create();
    started(stream.send(source));
    source.assertMinRequested(0);
    assertThat(peer.hears()).isEmpty();

    peer.socketTakes(true);

    source.assertMinRequested(1);
    source.next(Buffers.of("hi"));
    peer.channel.runPendingTasks();
    assertThat(peer.hears()).containsExactly("data 1 2");
    source.complete();
  }

  @Test
  void whatIsWrittenStopsWhenTheSocketTakesNoMore() {
    peer.sendsUpdate(0, 1, 100_000_000);
    peer.channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1, 2));
    AtomicLong taken = new AtomicLong();
    Flux<ByteBuf> endless =
        Flux.generate(
            sink -> {
              taken.addAndGet(60_000);
              if (taken.get() > 1_000_000) {
                peer.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
              }
              sink.next(Buffers.of(new byte[60_000]));
            });

    started(stream.send(endless));

    assertThat(taken.get()).isLessThan(1_500_000);
    stream.reset();
    peer.hears();
  }

  @Test
  void bufferedWritesAreFlushedOnceATurn() {
    peer.sendsUpdate(0, 1, 100_000_000);
    peer.channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1, 10_000_000));
    FlushCounter flushes = new FlushCounter();
    peer.channel.pipeline().addFirst(flushes);

    started(stream.send(bytes(10 * 256 * 1024)));
    peer.hears();

    assertThat(flushes.count).isBetween(8, 11);
  }

  @Test
  void sendsFollowOneAnotherInTheOrderOfSubscription() {
    TestPublisher<ByteBuf> first = TestPublisher.create();
    List<Object> firstEnds = started(stream.send(first));
    List<Object> secondEnds = started(stream.send(Mono.fromSupplier(() -> Buffers.of("second"))));
    List<Object> closeEnds = started(stream.closeWrite());

    first.next(Buffers.of("first "));
    peer.channel.runPendingTasks();
    assertThat(firstEnds).isEmpty();
    assertThat(secondEnds).isEmpty();
    first.complete();
    peer.channel.runPendingTasks();

    peer.hears();
    assertThat(new String(peer.heardPayload(), StandardCharsets.US_ASCII))
        .isEqualTo("first second");
    assertThat(firstEnds).containsExactly("sent");
    assertThat(secondEnds).containsExactly("sent");
    assertThat(closeEnds).containsExactly("sent");
  }

  @Test
  void theHalfCloseFollowsTheLastDataInAFrameOfItsOwn() {
    started(Mono.when(stream.send(bytes(5)), stream.closeWrite()));
    assertThat(peer.hears()).containsExactly("data 1 5", "data fin 1 0");
  }

  @Test
  void theHalfCloseNeedsNoWindow() {
    started(stream.send(bytes(WINDOW)));
    started(stream.closeWrite());
    assertThat(peer.hears()).last().isEqualTo("data fin 1 0");
  }

  @Test
  void halfClosingTwiceTellsOnce() {
    assertThat(started(stream.closeWrite())).containsExactly("sent");
    assertThat(started(stream.closeWrite())).containsExactly("sent");
    assertThat(peer.hears()).containsExactly("data fin 1 0");
  }

  @Test
  void nothingIsSentAfterTheHalfClose() {
    started(stream.closeWrite());
    ByteBuf late = Buffers.of("late");

    assertThat(started(stream.send(Mono.just(late))))
        .singleElement()
        .isExactlyInstanceOf(StreamException.class);
    assertThat(late.refCnt()).isZero();
  }

  @Test
  void anEmptySendSendsNothing() {
    assertThat(started(stream.send(Flux.empty()))).containsExactly("sent");
    assertThat(started(stream.send(Mono.fromSupplier(() -> Unpooled.EMPTY_BUFFER))))
        .containsExactly("sent");
    assertThat(peer.hears()).isEmpty();
  }

  @Test
  void aPublisherOfEmptyBuffersDoesNotHoldTheEventLoop() {
    AtomicLong taken = new AtomicLong();
    Flux<ByteBuf> empties =
        Flux.<ByteBuf>generate(
                sink -> {
                  taken.incrementAndGet();
                  sink.next(Unpooled.EMPTY_BUFFER);
                })
            .take(100_000);
    boolean[] ran = {false};
    stream.send(empties).subscribe();
    peer.channel.eventLoop().execute(() -> ran[0] = taken.get() < 100_000);
    peer.channel.runPendingTasks();

    assertThat(ran[0]).isTrue();
    assertThat(taken).hasValue(100_000);
  }

  @Test
  void aFailingPublisherResetsTheStream() {
    TestPublisher<ByteBuf> source = TestPublisher.create();
    List<Object> ends = started(stream.send(source));
    List<Object> next = started(stream.send(bytes(5)));
    source.next(Buffers.of("abc"));
    IllegalStateException cause = new IllegalStateException("disk");

    source.error(cause);
    peer.channel.runPendingTasks();

    assertThat(ends).containsExactly(cause);
    assertThat(next).singleElement().isInstanceOf(StreamResetException.class);
    assertThat(peer.hears()).containsExactly("update rst 1 0");
    StepVerifier.create(stream.receive()).verifyError(StreamResetException.class);
    StepVerifier.create(stream.onClose()).verifyComplete();
  }

  @Test
  void aPublisherThatIgnoresDemandResetsTheStream() {
    List<Object> ends =
        started(
            stream.send(
                subscriber ->
                    subscriber.onSubscribe(
                        new Subscription() {
                          @Override
                          public void request(long n) {
                            for (int i = 0; i < n + 10; i++) {
                              subscriber.onNext(Buffers.of("x"));
                            }
                          }

                          @Override
                          public void cancel() {}
                        })));

    assertThat(ends).singleElement().isInstanceOf(IllegalStateException.class);
    assertThat(peer.hears()).containsExactly("update rst 1 0");
  }

  @Test
  void cancellingStopsTakingAndLeavesTheStreamOpen() {
    TestPublisher<ByteBuf> source = TestPublisher.create();
    Disposable sending = stream.send(source).subscribe();
    peer.channel.runPendingTasks();

    sending.dispose();

    source.assertCancelled();
    assertThat(started(stream.send(bytes(7)))).containsExactly("sent");
    assertThat(peer.hears()).containsExactly("data 1 7");
  }

  @Test
  void whatWasTakenBeforeCancellingIsSentWhole() {
    Disposable sending = stream.send(bytes(WINDOW + 10)).subscribe();
    peer.channel.runPendingTasks();
    List<Object> next = started(stream.send(bytes(7)));

    sending.dispose();
    peer.sendsUpdate(0, 1, 1_000);

    assertThat(next).containsExactly("sent");
    peer.hears();
    assertThat(peer.heardPayload()).hasSize(WINDOW + 17);
  }

  @Test
  void aWaitingSendMayBeCancelled() {
    TestPublisher<ByteBuf> first = TestPublisher.create();
    List<Object> firstEnds = started(stream.send(first));
    TestPublisher<ByteBuf> second = TestPublisher.create();
    Disposable waiting = stream.send(second).subscribe();

    waiting.dispose();
    first.complete();
    peer.channel.runPendingTasks();

    assertThat(firstEnds).containsExactly("sent");
    second.assertWasNotSubscribed();
  }

  @Test
  void waitingSendsAreBounded() {
    peer.close();
    peer = new ScriptedPeer(Role.RESPONDER, YamuxConfig.defaults().withMaxQueuedSends(2));
    stream = opened();
    List<Object> first = started(stream.send(Flux.never()));
    started(stream.send(bytes(1)));
    started(stream.send(bytes(1)));

    assertThat(started(stream.send(bytes(1))))
        .singleElement()
        .isInstanceOf(LimitExceededException.class);
    assertThat(first).isEmpty();
  }

  @Test
  void aResetReleasesWhatWasTakenAndFailsTheSends() {
    List<Object> ends = started(stream.send(bytes(WINDOW + 100_000)));
    List<Object> next = started(stream.send(bytes(5)));

    peer.sendsUpdate(RST, 1, 7);

    assertThat(ends).singleElement().isInstanceOf(StreamResetException.class);
    assertThat(next).singleElement().isInstanceOf(StreamResetException.class);
    assertThat(started(stream.closeWrite()))
        .singleElement()
        .isInstanceOf(StreamResetException.class);
  }

  @Test
  void theEndOfTheConnectionReleasesWhatWasTakenAndFailsTheSends() {
    List<Object> ends = started(stream.send(bytes(WINDOW + 100_000)));
    peer.hears();

    peer.channel.close().syncUninterruptibly();

    assertThat(ends).singleElement().isInstanceOf(ConnectionException.class);
    assertThat(started(stream.send(bytes(5))))
        .singleElement()
        .isInstanceOf(ConnectionException.class);
  }

  @Test
  void streamsTakeTurns() {
    peer.sendsUpdate(0, 1, 100_000_000);
    MuxedStream other = peer.opens(3);
    peer.hears();
    stream.send(bytes(4 * FRAME)).subscribe();
    other.send(bytes(2 * FRAME)).subscribe();
    peer.channel.runPendingTasks();

    assertThat(peer.hears())
        .containsExactly(
            "data 1 65507",
            "data 3 65507",
            "data 1 65507",
            "data 3 65507",
            "data 1 65507",
            "data 1 65507");
  }

  @Test
  void aStreamWithoutWindowDoesNotHinderOthers() {
    started(stream.send(bytes(WINDOW + 10)));
    MuxedStream other = peer.opens(3);
    peer.hears();

    assertThat(started(other.send(bytes(1_000)))).containsExactly("sent");
    assertThat(peer.hears()).containsExactly("data 3 1000");
  }

  @Test
  void closingWaitsForTheSendsBefore() {
    List<Object> sent = started(stream.send(bytes(WINDOW + 10)));
    List<Object> closed = started(stream.close());
    peer.hears();
    assertThat(closed).isEmpty();

    peer.sendsUpdate(0, 1, 10);

    assertThat(sent).containsExactly("sent");
    assertThat(closed).containsExactly("sent");
    assertThat(peer.hears()).containsExactly("data 1 10", "data fin 1 0");
  }

  @Test
  void aClosedStreamWhosePeerTakesNothingIsReset() {
    List<Object> sent = started(stream.send(bytes(WINDOW + 10)));
    List<Object> closed = started(stream.close());
    peer.hears();

    peer.passes(YamuxConfig.defaults().closeTimeout().minusMillis(1));
    peer.sendsUpdate(0, 1, 1);
    peer.passes(Duration.ofMillis(1));
    assertThat(peer.hears()).containsExactly("data 1 1");
    peer.passes(YamuxConfig.defaults().closeTimeout());

    assertThat(peer.hears()).containsExactly("update rst 1 0");
    assertThat(sent).singleElement().isInstanceOf(StreamResetException.class);
    assertThat(closed).containsExactly("sent");
  }
}
