package io.echonet.dds.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.network.Admission.Verdict;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.PeerId;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private final PeerId one = Identity.generate(new Random(1)).peerId();
  private final PeerId other = Identity.generate(new Random(2)).peerId();
  private final Admission admission = new Admission(4, 2);

  @Test
  void onePeerIsBoundedAndDoesNotLockOthersOut() {
    assertThat(admission.enter(one)).isEqualTo(Verdict.ANSWER);
    assertThat(admission.enter(one)).isEqualTo(Verdict.ANSWER);
    assertThat(admission.enter(one)).isEqualTo(Verdict.SAY_BUSY);
    admission.leave(one);
    assertThat(admission.enter(other)).isEqualTo(Verdict.ANSWER);
  }

  @Test
  void allTogetherAreBounded() {
    admission.enter(one);
    admission.enter(one);
    admission.enter(other);
    admission.enter(Identity.generate(new Random(3)).peerId());
    PeerId fifth = Identity.generate(new Random(4)).peerId();
    assertThat(admission.enter(fifth)).isEqualTo(Verdict.SAY_BUSY);
  }

  @Test
  void whateverSomeTakeSomethingIsLeftForOneMore() {
    Admission wide = new Admission(64, 60);
    for (int i = 0; i < 5; i++) {
      PeerId greedy = Identity.generate(new Random(i)).peerId();
      while (wide.enter(greedy) == Verdict.ANSWER) {
        // It takes what it can get.
      }
      wide.leave(greedy); // The one that was told to come later.
    }
    assertThat(wide.enter(Identity.generate(new Random(5)).peerId())).isEqualTo(Verdict.ANSWER);
  }

  @Test
  void sayingBusyIsBoundedToo() {
    for (int i = 0; i < 4; i++) {
      admission.enter(one);
    }
    assertThat(admission.enter(one)).isEqualTo(Verdict.RESET);
    assertThat(admission.inAll()).isEqualTo(4);
  }

  @Test
  void whoLeavesMakesRoom() {
    for (int i = 0; i < 100; i++) {
      assertThat(admission.enter(one)).isEqualTo(Verdict.ANSWER);
      admission.leave(one);
    }
    assertThat(admission.inAll()).isZero();
  }
}
