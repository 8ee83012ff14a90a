package io.echonet.dds.transport.kad;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.PeerId;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InboundLimitsTest {
  private static final Instant START = Instant.EPOCH;

  private final Random random = new Random(17);
  private final PeerId peer = peer();
  private final InboundLimits limits =
      new InboundLimits(KadConfig.defaults().inbound().withStreams(3, 2).withRate(10, 4));

  @Test
  void aPeerMayHaveAFewStreamsAndAllTogetherNotMany() {
    PeerId other = peer();
    assertThat(limits.enter(peer, START)).isTrue();
    assertThat(limits.enter(peer, START)).isTrue();
    assertThat(limits.enter(peer, START)).isFalse();
    assertThat(limits.enter(other, START)).isTrue();
    assertThat(limits.enter(other, START)).isFalse();

    limits.leave(peer);
    assertThat(limits.enter(other, START)).isTrue();
    assertThat(limits.streams()).isEqualTo(3);
  }

  @Test
  void leavingWithoutHavingEnteredGivesNothing() {
    limits.leave(peer);
    limits.enter(peer, START);
    limits.leave(peer);
    limits.leave(peer);

    assertThat(limits.streams()).isZero();
  }

  @Test
  void aBurstIsServedAtOnceAndWhatExceedsItAtTheRate() {
    limits.enter(peer, START);
    for (int i = 0; i < 4; i++) {
      assertThat(limits.count(peer, START)).isZero();
    }
    assertThat(limits.count(peer, START)).isEqualTo(Duration.ofMillis(100));
    assertThat(limits.count(peer, START)).isEqualTo(Duration.ofMillis(200));
    assertThat(limits.count(peer, START.plusMillis(300))).isZero();
    assertThat(limits.count(peer, START.plusMillis(300))).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void anotherStreamOrTimeGoingBackwardsBringsNoNewBurst() {
    limits.enter(peer, START);
    for (int i = 0; i < 5; i++) {
      limits.count(peer, START);
    }
    limits.leave(peer);
    limits.enter(peer, START);

    assertThat(limits.count(peer, START.minusSeconds(60))).isGreaterThan(Duration.ZERO);
  }

  @Test
  void timeRestoresNoMoreThanABurst() {
    limits.enter(peer, START);
    for (int i = 0; i < 4; i++) {
      assertThat(limits.count(peer, START.plus(Duration.ofDays(1)))).isZero();
    }
    assertThat(limits.count(peer, START.plus(Duration.ofDays(1)))).isPositive();
  }

  @Test
  void peersThatHaveGoneAreForgottenBeforeTheyBecomeMany() {
    for (int i = 0; i < 100; i++) {
      PeerId visitor = peer();
      assertThat(limits.enter(visitor, START)).isTrue();
      limits.leave(visitor);
    }
    assertThat(limits.peers()).isLessThanOrEqualTo(6);
  }

  private PeerId peer() {
    return PeerId.decode(RandomPeers.multihash(random).bytes());
  }
}
