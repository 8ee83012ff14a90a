package io.echonet.dds.transport.yamux;

import static io.echonet.dds.transport.yamux.YamuxFrame.ACK;
import static io.echonet.dds.transport.yamux.YamuxFrame.FIN;
import static io.echonet.dds.transport.yamux.YamuxFrame.RST;
import static io.echonet.dds.transport.yamux.YamuxFrame.SYN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.LimitExceededException;
import io.echonet.dds.transport.spi.Role;
import io.echonet.dds.transport.yamux.YamuxFrame.Data;
import io.echonet.dds.transport.yamux.YamuxFrame.GoAway;
import io.echonet.dds.transport.yamux.YamuxFrame.Ping;
import io.echonet.dds.transport.yamux.YamuxFrame.WindowUpdate;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The rules, without a socket: this session is the responder, so the peer's streams are odd. */
class YamuxSessionTest {
  private static final int WINDOW = 262_144;
  private static final YamuxConfig CONFIG = YamuxConfig.defaults();

  private YamuxSession session = session(CONFIG);
  private long now;

  private static YamuxSession session(YamuxConfig config) {
    return new YamuxSession(Role.RESPONDER, config, TestMemory.plenty(), 0);
  }

  private Action on(YamuxFrame frame) {
    return session.onFrame(frame, now);
  }

  private void assertViolation(YamuxFrame frame, String reason) {
    assertThatExceptionOfType(YamuxException.class)
        .isThrownBy(() -> on(frame))
        .withMessageContaining(reason)
        .satisfies(e -> assertThat(e.code()).isEqualTo(GoAwayCode.PROTOCOL_ERROR));
  }

  private SessionStream opened(int id) {
    Action.Proceed proceed = (Action.Proceed) on(new WindowUpdate(SYN, id, 0));
    assertThat(proceed.opened()).isTrue();
    return proceed.stream();
  }

  @Test
  void aStreamMayBeOpenedByAWindowUpdateOrByData() {
    assertThat(opened(1).id()).isEqualTo(1);

    Action.Proceed proceed = (Action.Proceed) on(new Data(SYN | FIN, 3, 10));

    assertThat(proceed.opened()).isTrue();
    assertThat(proceed.finished()).isTrue();
    assertThat(proceed.stream().state()).isEqualTo(StreamState.FINISHED_THERE);
    assertThat(proceed.stream().receiveWindow().available()).isEqualTo(WINDOW - 10);
    assertThat(session.openStreams()).isEqualTo(2);
  }

  @Test
  void theWindowUpdateThatOpensAStreamGrantsBeyondTheInitialWindow() {
    Action.Proceed proceed = (Action.Proceed) on(new WindowUpdate(SYN, 1, 100));

    assertThat(proceed.stream().sendWindow().available()).isEqualTo(WINDOW + 100);
  }

  @Test
  void thePeerOpensOnlyStreamsOfItsOwnParity() {
    assertViolation(new WindowUpdate(SYN, 2, 0), "stream 2 is not the peer's to open");
  }

  @Test
  void anInitiatorsPeerOpensEvenStreams() {
    session = new YamuxSession(Role.INITIATOR, CONFIG, TestMemory.plenty(), 0);

    assertThat(opened(2).isOurs()).isFalse();
    assertViolation(new Data(SYN, 1, 0), "stream 1 is not the peer's to open");
    assertThat(session.open(WINDOW, 0).id()).isEqualTo(1);
    assertThat(session.open(WINDOW, 0).id()).isEqualTo(3);
  }

  @Test
  void aStreamIsOpenedOnce() {
    opened(1);
    assertViolation(new Data(SYN, 1, 0), "stream 1 was opened twice");
  }

  @Test
  void idsAreUnsigned() {
    assertThat(opened(-1)).hasToString("stream 4294967295");
  }

  @Test
  void dataBeyondTheWindowBreaksTheProtocol() {
    opened(1);
    on(new Data(0, 1, WINDOW));
    assertViolation(
        new Data(0, 1, 1), "Data frame of 1 bytes exceeds the receive window's 0 (stream 1)");
  }

  @Test
  void theFirstDataMayNotExceedTheInitialWindowEither() {
    assertViolation(new Data(SYN, 1, WINDOW + 1), "exceeds the receive window");
  }

  @Test
  void oneFrameMayFillTheWholeGrantedWindow() {
    SessionStream stream = session.open(1_000_000, 0);
    assertThat(session.windowUpdate(stream))
        .isEqualTo(new WindowUpdate(SYN, 2, 1_000_000 - WINDOW));

    assertThat(on(new Data(ACK, 2, 1_000_000))).isInstanceOf(Action.Proceed.class);
    assertViolation(new Data(0, 2, 1), "exceeds the receive window");
  }

  @Test
  void dataAfterTheHalfCloseBreaksTheProtocol() {
    opened(1);
    on(new Data(FIN, 1, 5));
    assertThat(on(new Data(0, 1, 0))).isInstanceOf(Action.Proceed.class);
    assertThat(on(new WindowUpdate(0, 1, 5))).isInstanceOf(Action.Proceed.class);
    assertViolation(new Data(0, 1, 1), "after FIN (stream 1)");
  }

  @Test
  void aSecondHalfCloseIsNoNews() {
    opened(1);
    assertThat(((Action.Proceed) on(new WindowUpdate(FIN, 1, 0))).finished()).isTrue();
    assertThat(((Action.Proceed) on(new Data(FIN, 1, 0))).finished()).isFalse();
  }

  @Test
  void aSendWindowBeyondItsFieldBreaksTheProtocol() {
    opened(1);
    on(new WindowUpdate(0, 1, 0xFFFFFFFFL - WINDOW));
    assertViolation(new WindowUpdate(0, 1, 1), "exceeds 2^32 - 1");
  }

  @Test
  void theErrorCodeOfAResetIsNoCredit() {
    SessionStream stream = opened(1);

    assertThat(on(new WindowUpdate(RST, 1, 0xFFFFFFFFL))).isEqualTo(new Action.Abandon(stream));

    assertThat(stream.state()).isEqualTo(StreamState.RESET);
    assertThat(stream.sendWindow().available()).isEqualTo(WINDOW);
    assertThat(session.openStreams()).isZero();
  }

  @Test
  void aResetMayCarryPayloadWithinTheWindow() {
    SessionStream stream = opened(1);
    assertThat(on(new Data(RST, 1, WINDOW))).isEqualTo(new Action.Abandon(stream));
    opened(3);
    assertViolation(new Data(RST, 3, WINDOW + 1L), "exceeds the receive window");
  }

  @Test
  void openingAndResettingInOneFrameLeavesNothing() {
    assertThat(on(new WindowUpdate(SYN | RST, 1, 0))).isEqualTo(Action.NOTHING);
    assertThat(session.openStreams()).isZero();
  }

  @Test
  void framesForStreamsThatAreGoneAreNoError() {
    SessionStream stream = opened(1);
    session.reset(stream);

    assertThat(on(new Data(0, 1, 1_000))).isEqualTo(Action.NOTHING);
    assertThat(on(new WindowUpdate(0, 1, 1_000))).isEqualTo(Action.NOTHING);
    assertThat(on(new Data(FIN, 1, 0))).isEqualTo(Action.NOTHING);
    assertThat(on(new WindowUpdate(RST, 1, 0))).isEqualTo(Action.NOTHING);
    assertThat(on(new WindowUpdate(RST, 77, 0))).isEqualTo(Action.NOTHING);
  }

  @Test
  void noMoreArrivesForStreamsThatAreGoneThanTheyWereGranted() {
    SessionStream stream = opened(1);
    on(new Data(0, 1, 100));
    session.reset(stream);

    on(new Data(0, 1, WINDOW - 200));
    on(new Data(0, 1, 100));
    assertViolation(new Data(0, 1, 1), "exceeds the 0 that may still be in flight");
  }

  @Test
  void whatThePeerHasFinishedMayNotComeLate() {
    SessionStream stream = opened(1);
    on(new Data(FIN, 1, 100));
    session.reset(stream);

    assertViolation(new Data(0, 1, 1), "which is not open");
  }

  @Test
  void aStreamOfOursThatWasNeverOpenedGetsNoFrames() {
    session.open(WINDOW, 0);
    assertViolation(new WindowUpdate(0, 4, 1), "stream 4, which was never opened");
  }

  @Test
  void streamsBeyondTheLimitAreRefused() {
    session = session(CONFIG.withMaxStreams(2, 2));
    opened(1);
    SessionStream second = opened(3);

    assertThat(on(new Data(SYN, 5, WINDOW))).isEqualTo(new Action.Refuse(5));
    session.reset(second);
    opened(7);
  }

  @Test
  void acceptedStreamsBeyondTheBacklogAreRefused() {
    session = session(CONFIG.withOpening(2, 10));
    SessionStream first = opened(1);
    opened(3);

    assertThat(on(new WindowUpdate(SYN, 5, 0))).isEqualTo(new Action.Refuse(5));
    session.windowUpdate(first);
    opened(7);
  }

  @Test
  void theFirstFrameOfAnAcceptedStreamAcknowledgesIt() {
    SessionStream stream = opened(1);
    SessionStream other = opened(3);

    assertThat(session.data(stream, 10)).isEqualTo(new Data(ACK, 1, 10));
    assertThat(session.finish(stream)).isEqualTo(new Data(FIN, 1, 0));
    assertThat(session.windowUpdate(other)).isEqualTo(new WindowUpdate(ACK, 3, 0));
    assertThat(session.windowUpdate(other)).isEqualTo(new WindowUpdate(0, 3, 0));
  }

  @Test
  void aLargerWindowForAcceptedStreamsIsGrantedWithTheAcknowledgement() {
    session = session(CONFIG.withInboundWindow(300_000));
    SessionStream stream = opened(1);

    assertThat(stream.owesNoMoreThanAcknowledgement()).isFalse();
    assertThat(session.windowUpdate(stream)).isEqualTo(new WindowUpdate(ACK, 1, 300_000 - WINDOW));
    assertThat(on(new Data(0, 1, 300_000))).isInstanceOf(Action.Proceed.class);
  }

  @Test
  void openedStreamsFillTheBacklogUntilTheyAreAcknowledged() {
    session = session(CONFIG.withOpening(2, 10));
    SessionStream first = session.open(WINDOW, 0);
    assertThat(session.isOpenBacklogFull()).isFalse();
    SessionStream second = session.open(WINDOW, 0);
    assertThat(session.isOpenBacklogFull()).isTrue();
    session.windowUpdate(first);
    session.windowUpdate(second);

    on(new WindowUpdate(ACK, first.id(), 0));
    assertThat(session.isOpenBacklogFull()).isFalse();
    on(new WindowUpdate(ACK, first.id(), 0));
    session.open(WINDOW, 0);
    assertThat(session.isOpenBacklogFull()).isTrue();
    on(new WindowUpdate(RST, second.id(), 0));
    assertThat(session.isOpenBacklogFull()).isFalse();
  }

  @Test
  void opensAreLimited() {
    session = session(CONFIG.withMaxStreams(2, 2).withOpening(1, 1));
    session.requireOpenable(0);
    session.requireOpenable(1 - 1);
    SessionStream stream = session.open(WINDOW, 0);

    session.requireOpenable(0);
    assertThatExceptionOfType(LimitExceededException.class)
        .isThrownBy(() -> session.requireOpenable(1))
        .withMessageContaining("2 outbound");
    session.reset(stream);
    assertThatExceptionOfType(LimitExceededException.class)
        .isThrownBy(() -> session.requireOpenable(1))
        .withMessageContaining("1 wait");
  }

  @Test
  void streamIdsRunOut() {
    session = new YamuxSession(Role.RESPONDER, CONFIG, TestMemory.plenty(), 0, 0xFFFFFFFEL);
    session.requireOpenable(0);
    assertThat(session.open(WINDOW, 0)).hasToString("stream 4294967294");

    assertThatExceptionOfType(ConnectionException.class)
        .isThrownBy(() -> session.requireOpenable(0))
        .withMessageContaining("no stream ids left");
  }

  @Test
  void aStreamThePeerHasNotHeardOfIsResetInSilence() {
    SessionStream unheard = session.open(WINDOW, 0);
    SessionStream heard = session.open(WINDOW, 0);
    session.windowUpdate(heard);

    assertThat(session.reset(unheard)).isNull();
    assertThat(session.reset(heard)).isEqualTo(new WindowUpdate(RST, heard.id(), 0));
    assertThat(session.reset(heard)).isNull();
    assertThat(session.openStreams()).isZero();
  }

  @Test
  void aForgottenStreamDoesNotTakeItsSuccessorAlong() {
    SessionStream first = opened(1);
    session.reset(first);
    SessionStream second = opened(1);

    session.remove(first);

    assertThat(session.streams()).containsExactly(second);
  }

  @Test
  void pingsAreAnsweredWithTheSameValue() {
    assertThat(on(new Ping(SYN, 42))).isEqualTo(new Action.Answer(new Ping(ACK, 42)));
    assertThat(on(new Ping(ACK, 42))).isEqualTo(Action.NOTHING);
  }

  @Test
  void aGoAwayForbidsNewStreamsAndLeavesTheOldOnes() {
    SessionStream stream = opened(1);

    assertThat(on(new GoAway(0))).isEqualTo(new Action.PeerLeaves());

    assertThat(session.peerLeaves()).isTrue();
    assertThat(on(new Data(0, 1, 5))).isEqualTo(new Action.Proceed(stream, false, false));
    assertThatExceptionOfType(ConnectionException.class)
        .isThrownBy(() -> session.requireOpenable(0));
  }

  @Test
  void aGoAwayWithACodeEndsTheSession() {
    assertThat(on(new GoAway(1))).isEqualTo(new Action.PeerLeft(1));
    assertThat(on(new GoAway(-7))).isEqualTo(new Action.PeerLeft(-7));
  }

  @Test
  void floodsOfPingsAreViolations() {
    session = session(floods(CONFIG.floods().withPings(new FloodLimits.Rate(1, 3))));
    for (int i = 0; i < 3; i++) {
      on(new Ping(SYN, i));
    }
    assertViolation(new Ping(SYN, 4), "more pings than 1 a second with bursts of 3");
    now = Duration.ofSeconds(1).toNanos();
    on(new Ping(SYN, 5));
    assertViolation(new Ping(ACK, 6), "more pings");
  }

  @Test
  void rapidResetsAreViolations() {
    session = session(floods(CONFIG.floods().withResets(new FloodLimits.Rate(1, 3))));
    for (int id = 1; id <= 5; id += 2) {
      opened(id);
      on(new WindowUpdate(RST, id, 0));
    }
    opened(7);
    assertViolation(new Data(RST, 7, 0), "more resets");
  }

  @Test
  void openingBeyondTheLimitAgainAndAgainIsAViolation() {
    session =
        session(
            floods(CONFIG.floods().withResets(new FloodLimits.Rate(1, 3))).withMaxStreams(0, 1));
    for (int id = 1; id <= 5; id += 2) {
      assertThat(on(new WindowUpdate(SYN, id, 0))).isEqualTo(new Action.Refuse(id));
    }
    assertViolation(new WindowUpdate(SYN, 7, 0), "more resets");
  }

  @Test
  void framesThatChangeNothingAreViolationsInNumbers() {
    session = session(floods(CONFIG.floods().withIdleFrames(new FloodLimits.Rate(1, 3))));
    opened(1);
    on(new Data(0, 1, 0));
    on(new WindowUpdate(0, 1, 0));
    on(new WindowUpdate(0, 99, 1));
    assertViolation(new WindowUpdate(0, 1, 1), "more window updates and idle frames");
  }

  @Test
  void everyDataFrameSentPaysForAWindowUpdate() {
    session = session(floods(CONFIG.floods().withIdleFrames(new FloodLimits.Rate(1, 1))));
    SessionStream stream = opened(1);
    assertThatNoException()
        .isThrownBy(
            () -> {
              for (int i = 0; i < 10_000; i++) {
                session.data(stream, 1);
                on(new WindowUpdate(0, 1, 1));
              }
            });
  }

  @Test
  void opensClosesAndDataAreNoFlood() {
    session =
        session(
            floods(
                CONFIG
                    .floods()
                    .withIdleFrames(new FloodLimits.Rate(1, 1))
                    .withResets(new FloodLimits.Rate(1, 1))));
    assertThatNoException()
        .isThrownBy(
            () -> {
              for (int id = 1; id < 20_000; id += 2) {
                SessionStream stream = opened(id);
                on(new Data(0, id, 1));
                on(new WindowUpdate(FIN, id, 0));
                session.data(stream, 1);
                session.finish(stream);
                session.remove(stream);
              }
            });
  }

  private static YamuxConfig floods(FloodLimits limits) {
    return CONFIG.withFloods(limits);
  }
}
