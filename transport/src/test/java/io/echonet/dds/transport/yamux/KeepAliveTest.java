package io.echonet.dds.transport.yamux;

import static io.echonet.dds.transport.yamux.KeepAlive.Verdict.DEAD;
import static io.echonet.dds.transport.yamux.KeepAlive.Verdict.PING;
import static io.echonet.dds.transport.yamux.KeepAlive.Verdict.WAIT;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class KeepAliveTest {
  private final KeepAlive keepAlive =
      new KeepAlive(Duration.ofSeconds(30), Duration.ofSeconds(10), 0);

  private static long s(long seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }

  @Test
  void aPingIsDueAfterTheInterval() {
    assertThat(keepAlive.check(s(29))).isEqualTo(WAIT);
    assertThat(keepAlive.untilNextCheck(s(29))).isEqualTo(s(1));
    assertThat(keepAlive.check(s(30))).isEqualTo(PING);
  }

  @Test
  void anAnswerIsGoodUntilTheNextInterval() {
    keepAlive.check(s(30));

    assertThat(keepAlive.onAnswer(keepAlive.value(), s(31))).isTrue();

    assertThat(keepAlive.roundTripNanos()).isEqualTo(s(1));
    assertThat(keepAlive.check(s(59))).isEqualTo(WAIT);
    assertThat(keepAlive.check(s(60))).isEqualTo(PING);
  }

  @Test
  void aSilentPeerIsDeadAfterTheTimeout() {
    keepAlive.check(s(30));

    assertThat(keepAlive.check(s(39))).isEqualTo(WAIT);
    assertThat(keepAlive.untilNextCheck(s(39))).isEqualTo(s(1));
    assertThat(keepAlive.check(s(40))).isEqualTo(DEAD);
  }

  @Test
  void bytesThatArriveAreASignOfLifeThoughTheAnswerIsQueuedBehindThem() {
    keepAlive.check(s(30));
    keepAlive.onBytes(s(39));

    assertThat(keepAlive.check(s(48))).isEqualTo(WAIT);
    assertThat(keepAlive.check(s(49))).isEqualTo(DEAD);
  }

  @Test
  void aPeerThatSendsForEverAndNeverAnswersIsDeadInTheEnd() {
    keepAlive.check(s(30));

    for (int time = 31; time < 70; time++) {
      keepAlive.onBytes(s(time));
      assertThat(keepAlive.check(s(time))).isEqualTo(WAIT);
    }
    keepAlive.onBytes(s(70));
    assertThat(keepAlive.check(s(70))).isEqualTo(DEAD);
  }

  @Test
  void anAnswerThatWasNotAskedForOrIsWrongIsNone() {
    assertThat(keepAlive.onAnswer(0, s(1))).isFalse();
    keepAlive.check(s(30));
    assertThat(keepAlive.onAnswer(keepAlive.value() + 1, s(31))).isFalse();
    assertThat(keepAlive.onAnswer(keepAlive.value(), s(31))).isTrue();
    assertThat(keepAlive.onAnswer(keepAlive.value(), s(31))).isFalse();
  }
}
