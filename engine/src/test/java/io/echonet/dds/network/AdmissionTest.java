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
  private final Admission admission = new Admission(3, 2);

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
    assertThat(admission.enter(other)).isEqualTo(Verdict.SAY_BUSY);
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
