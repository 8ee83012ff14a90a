package io.echonet.dds.transport.yamux;

import static io.echonet.dds.transport.yamux.YamuxFrame.ACK;
import static io.echonet.dds.transport.yamux.YamuxFrame.FIN;
import static io.echonet.dds.transport.yamux.YamuxFrame.RST;
import static io.echonet.dds.transport.yamux.YamuxFrame.SYN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.LimitExceededException;
import io.echonet.dds.transport.StreamResetException;
import io.echonet.dds.transport.spi.MuxedStream;
import io.echonet.dds.transport.spi.Role;
import io.echonet.dds.transport.testing.Buffers;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/**
 * Opening and refusing streams, keeping a connection alive and ending it; the session is the
 * initiator.
 */
class YamuxConnectionTest {
  private static final int WINDOW = 262_144;

  private ScriptedPeer peer = new ScriptedPeer(Role.INITIATOR, YamuxConfig.defaults());

  private void restart(YamuxConfig config) {
    peer.close();
    peer = new ScriptedPeer(Role.INITIATOR, config);
  }

  @AfterEach
  void close() {
    peer.close();
  }

  private List<Object> opening() {
    return opening(WINDOW);
  }

  /** Subscribes to an open, and notes what comes of it. */
  private List<Object> opening(int window) {
    List<Object> result = new ArrayList<>();
    peer.connection.open(window).subscribe(result::add, result::add);
    peer.channel.runPendingTasks();
    return result;
  }

  @Test
  void openingTellsThePeerAtOnce() {
    MuxedStream stream = peer.open();
    MuxedStream other = peer.open();

    assertThat(stream.id()).isEqualTo(1);
    assertThat(other.id()).isEqualTo(3);
    assertThat(peer.hears()).containsExactly("update syn 1 0", "update syn 3 0");
    assertThat(peer.connection.openStreams()).isEqualTo(2);
  }

  @Test
  void aLargerWindowIsGrantedWithTheOpening() {
    opening(400_000);
    assertThat(peer.hears()).containsExactly("update syn 1 " + (400_000 - WINDOW));

    peer.sendsData(ACK, 1, 400_000);
    assertThat(peer.isConnected()).isTrue();
    peer.sendsData(0, 1, 1);
    assertThat(peer.isConnected()).isFalse();
  }

  @Test
  void windowsHaveBounds() {
    assertThatIllegalArgumentException().isThrownBy(() -> peer.connection.open(WINDOW - 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> peer.connection.open(16 * 1024 * 1024 + 1));
  }

  @Test
  void anOpenedStreamIsWrittenToBeforeItIsAcknowledged() {
    MuxedStream stream = peer.open();
    stream.send(Mono.fromSupplier(() -> Buffers.of("hello"))).subscribe();
    peer.channel.runPendingTasks();

    assertThat(peer.hears()).containsExactly("update syn 1 0", "data 1 5");
  }

  @Test
  void opensWaitWhileTooManyAreNotAcknowledged() {
    restart(YamuxConfig.defaults().withOpening(2, 2));
    peer.open();
    peer.open();
    List<Object> third = opening();
    List<Object> fourth = opening();

    assertThat(opening()).singleElement().isInstanceOf(LimitExceededException.class);
    assertThat(third).isEmpty();
    peer.sendsUpdate(ACK, 3, 0);
    assertThat(third).hasSize(1);
    assertThat(fourth).isEmpty();
    peer.sendsUpdate(RST, 1, 0);
    assertThat(fourth).hasSize(1);
    assertThat(peer.hears())
        .containsExactly("update syn 1 0", "update syn 3 0", "update syn 5 0", "update syn 7 0");
  }

  @Test
  void aWaitingOpenMayBeCancelled() {
    restart(YamuxConfig.defaults().withOpening(1, 2));
    peer.open();
    Disposable waiting = peer.connection.open(WINDOW).subscribe();
    List<Object> next = opening();

    waiting.dispose();
    peer.channel.runPendingTasks();
    peer.sendsUpdate(ACK, 1, 0);

    assertThat(next).hasSize(1);
    assertThat(peer.hears()).containsExactly("update syn 1 0", "update syn 3 0");
  }

  @Test
  void aStreamThatNobodyTakesIsReset() {
    BaseSubscriber<MuxedStream> unwilling =
        new BaseSubscriber<>() {
          @Override
          protected void hookOnSubscribe(Subscription subscription) {}
        };
    peer.connection.open(WINDOW).subscribe(unwilling);
    peer.channel.runPendingTasks();

    unwilling.cancel();
    peer.channel.runPendingTasks();

    assertThat(peer.connection.openStreams()).isZero();
    assertThat(peer.hears()).containsExactly("update syn 1 0", "update rst 1 0");
  }

  @Test
  void openStreamsAreLimited() {
    restart(YamuxConfig.defaults().withMaxStreams(1, 1));
    MuxedStream only = peer.open();
    assertThat(opening()).singleElement().isInstanceOf(LimitExceededException.class);

    only.reset();

    assertThat(opening()).singleElement().isInstanceOf(MuxedStream.class);
  }

  @Test
  void inboundStreamsBeyondTheLimitAreRefusedWithAReset() {
    restart(YamuxConfig.defaults().withMaxStreams(2, 1));
    peer.opens(2);
    peer.opens(4);

    peer.sendsData(SYN | FIN, 6, 1_000);
    peer.sendsData(0, 6, 1_000);

    assertThat(peer.accepted).hasSize(2);
    assertThat(peer.hears()).containsExactly("update ack 2 0", "update ack 4 0", "update rst 6 0");
    peer.sendsUpdate(RST, 2, 0);
    assertThat(peer.opens(8).id()).isEqualTo(8);
  }

  @Test
  void aBurstOfStreamsBeyondTheBacklogIsAcceptedByAPeerThatReads() {
    restart(YamuxConfig.defaults().withOpening(4, 0));
    var burst = ScriptedPeer.encode(new YamuxFrame.Ping(SYN, 0));
    for (int id = 2; id <= 200; id += 2) {
      new YamuxFrame.WindowUpdate(SYN, id, 0).encode(burst);
    }

    peer.sends(burst);

    assertThat(peer.accepted).hasSize(100);
  }

  @Test
  void streamsBeyondTheBacklogAreRefusedForAPeerThatDoesNotRead() {
    restart(YamuxConfig.defaults().withOpening(4, 0));
    peer.socketTakes(false);

    for (int id = 2; id <= 20; id += 2) {
      peer.sendsUpdate(SYN, id, 0);
    }

    assertThat(peer.accepted).hasSize(4);
    peer.socketTakes(true);
    assertThat(peer.hears())
        .contains("update ack 2 0", "update ack 8 0", "update rst 10 0", "update rst 20 0")
        .hasSize(10);
  }

  @Test
  void windowUpdatesWaitForASocketThatTakesThemAndAreOne() {
    restart(YamuxConfig.defaults().withTuning(WindowTuning.none()));
    MuxedStream stream = peer.open();
    peer.hears();
    stream.receive().subscribe(ByteBuf::release, failure -> {});
    peer.socketTakes(false);
    peer.sendsData(0, 1, WINDOW / 2);
    peer.sendsData(0, 1, WINDOW / 2);
    assertThat(peer.hears()).isEmpty();

    peer.socketTakes(true);

    assertThat(peer.hears()).containsExactly("update 1 " + WINDOW);
  }

  @Test
  void aWindowThatHoldsThePeerUpGrowsOnceTheRoundTripIsKnown() {
    MuxedStream stream = peer.open();
    peer.hears();
    stream.receive().subscribe(ByteBuf::release, failure -> {});
    peer.sendsData(0, 1, WINDOW / 2);
    assertThat(peer.hears()).containsExactly("update 1 " + WINDOW / 2, "ping syn 1");

    peer.passes(Duration.ofMillis(100));
    peer.sends(new YamuxFrame.Ping(ACK, 1));
    peer.sendsData(0, 1, WINDOW / 2);

    assertThat(peer.hears()).containsExactly("update 1 " + (WINDOW / 2 + WINDOW));
  }

  @Test
  void pingsAreAnswered() {
    peer.sends(new YamuxFrame.Ping(SYN, 0xCAFE));
    assertThat(peer.hears()).containsExactly("ping ack 51966");
  }

  @Test
  void aPeerThatPingsAndDoesNotReadLosesTheConnection() {
    FloodLimits limits =
        FloodLimits.defaults()
            .withPings(new FloodLimits.Rate(1_000, 1_000))
            .withMaxUnsentControlFrames(100);
    restart(YamuxConfig.defaults().withFloods(limits));
    MuxedStream stream = peer.open();
    peer.socketTakes(false);

    for (int i = 0; i < 101; i++) {
      assertThat(peer.isConnected()).isTrue();
      peer.sends(new YamuxFrame.Ping(SYN, i));
    }

    assertThat(peer.isConnected()).isFalse();
    StepVerifier.create(stream.receive())
        .expectErrorMatches(
            e -> e instanceof ConnectionException && e.toString().contains("does not read"))
        .verify();
  }

  @Test
  void aPeerThatPingsTooOftenLosesTheConnection() {
    restart(
        YamuxConfig.defaults()
            .withFloods(FloodLimits.defaults().withPings(new FloodLimits.Rate(1, 10))));
    for (int i = 0; i < 11; i++) {
      assertThat(peer.isConnected()).isTrue();
      peer.sends(new YamuxFrame.Ping(SYN, i));
    }
    assertThat(peer.isConnected()).isFalse();
    assertThat(peer.hears()).hasSize(11).last().isEqualTo("goaway 1");
  }

  @Test
  void aPeerThatResetsRapidlyLosesTheConnection() {
    int id = 2;
    while (peer.isConnected() && id < 100_000) {
      peer.sendsData(SYN, id, 100);
      peer.sendsUpdate(RST, id, 0);
      id += 2;
    }
    assertThat(id / 2)
        .isBetween(
            FloodLimits.defaults().resets().burst(), FloodLimits.defaults().resets().burst() + 2);
  }

  @Test
  void anIdleConnectionIsPinged() {
    peer.passes(Duration.ofSeconds(30));
    assertThat(peer.hears()).containsExactly("ping syn 1");
    peer.sends(new YamuxFrame.Ping(ACK, 1));
    peer.passes(Duration.ofSeconds(30));
    assertThat(peer.hears()).containsExactly("ping syn 2");
    assertThat(peer.isConnected()).isTrue();
  }

  @Test
  void aPeerThatDoesNotAnswerLosesTheConnection() {
    List<Object> end = new ArrayList<>();
    MuxedStream stream = peer.open();
    stream.receive().subscribe(ByteBuf::release, end::add);
    peer.passes(Duration.ofSeconds(30));
    peer.passes(Duration.ofMillis(29_999));
    assertThat(peer.isConnected()).isTrue();

    peer.passes(Duration.ofMillis(1));

    assertThat(peer.isConnected()).isFalse();
    assertThat(end)
        .singleElement()
        .isInstanceOf(ConnectionException.class)
        .asString()
        .contains("no answer to a ping");
    StepVerifier.create(peer.connection.onClose()).verifyComplete();
  }

  @Test
  void aWrongAnswerIsNone() {
    peer.passes(Duration.ofSeconds(30));
    peer.sends(new YamuxFrame.Ping(ACK, 9));
    peer.passes(Duration.ofSeconds(30));
    assertThat(peer.isConnected()).isFalse();
  }

  @Test
  void afterAGoAwayOpenStreamsFinishAndNoneAreOpened() {
    restart(YamuxConfig.defaults().withOpening(1, 1));
    MuxedStream stream = peer.open();
    List<Object> waiting = opening();

    peer.sends(GoAwayCode.NORMAL.frame());

    assertThat(waiting).singleElement().isInstanceOf(ConnectionException.class);
    assertThat(opening()).singleElement().isInstanceOf(ConnectionException.class);
    peer.sendsData(FIN, 1, 10);
    peer.hears();
    assertThat(peer.isConnected()).isTrue();
    stream.receive().subscribe(ByteBuf::release, failure -> {});
    stream.closeWrite().subscribe();
    peer.channel.runPendingTasks();
    assertThat(peer.hears()).containsExactly("data fin 1 0", "goaway 0");
    assertThat(peer.isConnected()).isFalse();
  }

  @Test
  void aGoAwayWithoutStreamsEndsTheConnection() {
    peer.sends(GoAwayCode.NORMAL.frame());
    assertThat(peer.hears()).containsExactly("goaway 0");
    assertThat(peer.isConnected()).isFalse();
  }

  @Test
  void aGoAwayWithACodeEndsTheConnectionSayingSo() {
    MuxedStream stream = peer.open();
    peer.sends(GoAwayCode.INTERNAL_ERROR.frame());

    assertThat(peer.isConnected()).isFalse();
    StepVerifier.create(stream.receive())
        .expectErrorMatches(
            e -> e instanceof ConnectionException && e.toString().contains("internal error"))
        .verify();
  }

  @Test
  void closingResetsStreamsTellsThePeerAndCloses() {
    MuxedStream stream = peer.open();
    MuxedStream theirs = peer.opens(2);
    List<Object> sending = new ArrayList<>();
    stream
        .send(Mono.fromSupplier(() -> Buffers.of(new byte[WINDOW + 1])))
        .subscribe(nothing -> {}, sending::add);
    peer.channel.runPendingTasks();
    peer.hears();

    StepVerifier.create(peer.connection.close()).verifyComplete();

    assertThat(peer.hears())
        .containsExactlyInAnyOrder("update rst 1 0", "update rst 2 0", "goaway 0")
        .last()
        .isEqualTo("goaway 0");
    assertThat(peer.isConnected()).isFalse();
    assertThat(sending).singleElement().isInstanceOf(ConnectionException.class);
    StepVerifier.create(stream.onClose()).verifyComplete();
    StepVerifier.create(theirs.onClose()).verifyComplete();
    StepVerifier.create(theirs.receive()).verifyError(ConnectionException.class);
    StepVerifier.create(peer.connection.close()).verifyComplete();
    assertThat(opening()).singleElement().isInstanceOf(ConnectionException.class);
    assertThat(peer.connection.openStreams()).isZero();
  }

  @Test
  void brokenFramesEndTheConnection() {
    MuxedStream stream = peer.open();
    peer.hears();
    peer.sends(Buffers.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}));

    assertThat(peer.hears()).containsExactly("goaway 1");
    assertThat(peer.isConnected()).isFalse();
    StepVerifier.create(stream.receive()).verifyError(ConnectionException.class);
  }

  @Test
  void nothingIsReadAfterAViolation() {
    peer.sends(new YamuxFrame.WindowUpdate(SYN, 1, 0));
    assertThat(peer.isConnected()).isFalse();
    assertThat(peer.accepted).isEmpty();
  }

  @Test
  void aFailureBelowEndsTheConnectionWithItsCause() {
    MuxedStream stream = peer.open();
    IOException cause = new IOException("cut");

    peer.channel.pipeline().fireExceptionCaught(cause);

    assertThat(peer.isConnected()).isFalse();
    StepVerifier.create(stream.receive())
        .expectErrorMatches(e -> e instanceof ConnectionException && e.getCause() == cause)
        .verify();
    peer.hears();
  }

  @Test
  void attachingToAChannelThatIsGoneGivesAConnectionThatIsGone() {
    EmbeddedChannel gone = new EmbeddedChannel();
    gone.close().syncUninterruptibly();
    var connection =
        new YamuxMuxer().attach(gone, Role.INITIATOR, TestMemory.plenty(), stream -> {});

    StepVerifier.create(connection.onClose()).verifyComplete();
    StepVerifier.create(connection.open(WINDOW)).verifyError(ConnectionException.class);
  }

  @Test
  void aPeerThatRefusesOurStreamFailsIt() {
    MuxedStream stream = peer.open();
    peer.sendsUpdate(RST, 1, 0);
    StepVerifier.create(stream.receive()).verifyError(StreamResetException.class);
    StepVerifier.create(stream.send(Mono.fromSupplier(() -> Buffers.of("x"))))
        .verifyError(StreamResetException.class);
  }
}
