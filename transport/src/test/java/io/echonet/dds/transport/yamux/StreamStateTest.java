package io.echonet.dds.transport.yamux;

import static io.echonet.dds.transport.yamux.StreamState.CLOSED;
import static io.echonet.dds.transport.yamux.StreamState.FINISHED_HERE;
import static io.echonet.dds.transport.yamux.StreamState.FINISHED_THERE;
import static io.echonet.dds.transport.yamux.StreamState.OPEN;
import static io.echonet.dds.transport.yamux.StreamState.RESET;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StreamStateTest {
  @Test
  void eachEndFinishesItsOwnDirection() {
    assertThat(OPEN.canSend()).isTrue();
    assertThat(OPEN.canReceive()).isTrue();
    assertThat(OPEN.finishedHere()).isEqualTo(FINISHED_HERE);
    assertThat(OPEN.finishedThere()).isEqualTo(FINISHED_THERE);
    assertThat(FINISHED_HERE.canSend()).isFalse();
    assertThat(FINISHED_HERE.canReceive()).isTrue();
    assertThat(FINISHED_THERE.canSend()).isTrue();
    assertThat(FINISHED_THERE.canReceive()).isFalse();
  }

  @Test
  void aStreamIsOverWhenBothHaveFinished() {
    assertThat(FINISHED_HERE.finishedThere()).isEqualTo(CLOSED);
    assertThat(FINISHED_THERE.finishedHere()).isEqualTo(CLOSED);
    assertThat(CLOSED.isOver()).isTrue();
    assertThat(RESET.isOver()).isTrue();
    assertThat(FINISHED_HERE.isOver()).isFalse();
    assertThat(FINISHED_THERE.isOver()).isFalse();
  }

  @Test
  void finishingTwiceChangesNothing() {
    for (StreamState state : StreamState.values()) {
      assertThat(state.finishedHere().finishedHere()).isEqualTo(state.finishedHere());
      assertThat(state.finishedThere().finishedThere()).isEqualTo(state.finishedThere());
    }
    assertThat(RESET.finishedHere().finishedThere()).isEqualTo(RESET);
  }
}
