package io.echonet.dds.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FairBudgetTest {
  private static final int LIMIT = 60;

  private final Random random = new Random(1);
  private final FairBudget budget = new FairBudget(LIMIT);
  private final List<FairBudget.Share> shares = new ArrayList<>();

  private PeerId peer() {
    return Identity.generate(random).peerId();
  }

  /** As many responses of one byte as {@code peer} can get. */
  private int greed(PeerId peer) {
    for (int i = 0; ; i++) {
      FairBudget.Share share = budget.share(peer);
      try {
        share.take(1);
      } catch (RejectedException e) {
        return i;
      }
      shares.add(share);
    }
  }

  @Test
  void onePeerGetsHalfHoweverMuchItAsksFor() {
    assertThat(greed(peer())).isEqualTo(LIMIT / 2);
  }

  @Test
  void whateverSomeTakeSomethingIsLeftForOneMore() {
    for (int i = 0; i < 4; i++) {
      greed(peer());
    }
    assertThat(greed(peer())).isPositive();
  }

  @Test
  void oneResponseMayBeAsLargeAsWhatIsLeft() {
    FairBudget.Share share = budget.share(peer());
    share.take(1);
    share.take(LIMIT);
    assertThat(budget.held()).isEqualTo(LIMIT);
    assertThatThrownBy(() -> budget.share(peer()).take(1)).isInstanceOf(RejectedException.class);
  }

  @Test
  void whatIsReleasedCanBeHadAgain() {
    PeerId peer = peer();
    greed(peer);
    shares.forEach(FairBudget.Share::release);
    shares.forEach(FairBudget.Share::release);
    assertThat(budget.held()).isZero();
    assertThat(greed(peer)).isEqualTo(LIMIT / 2);
  }
}
