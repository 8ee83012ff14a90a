package io.echonet.dds.transport.kad;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.kad.InboundLimits.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
    enter(peer);
    enter(peer);
    assertThat(limits.enter(peer, () -> {}, START)).isEmpty();
    enter(peer());
    enter(peer());
    enter(peer());

    assertThat(limits.streams()).isEqualTo(3);
  }

  @Test
  void whenAllPlacesAreTakenWhoHasMostLosesTheStreamIdleLongest() {
    List<String> reset = new ArrayList<>();
    Place first = limits.enter(peer, () -> reset.add("first"), START).orElseThrow();
    limits.enter(peer, () -> reset.add("second"), START.plusMillis(1));
    limits.enter(peer(), () -> reset.add("idle and the only one"), START.minusSeconds(9));
    limits.count(first, START.plusMillis(2));

    limits.enter(peer(), () -> reset.add("newcomer"), START.plusMillis(3));

    assertThat(reset).containsExactly("second");
    assertThat(limits.streams()).isEqualTo(3);
    limits.enter(peer(), () -> reset.add("another"), START.plusMillis(4));
    assertThat(reset).containsExactly("second", "idle and the only one");
  }

  @Test
  void whoHasAsManyAsAnybodyDisplacesNobodyElse() {
    List<String> reset = new ArrayList<>();
    limits.enter(peer(), () -> reset.add("another"), START.minusSeconds(9));
    limits.enter(peer(), () -> reset.add("yet another"), START.minusSeconds(9));
    limits.enter(peer, () -> reset.add("its own"), START);

    limits.enter(peer, () -> reset.add("its second"), START);

    assertThat(reset).containsExactly("its own");
  }

  @Test
  void aPlaceIsGivenBackOnce() {
    Place place = enter(peer);
    limits.leave(place);
    limits.leave(place);
    assertThat(limits.streams()).isZero();

    Place displaced = limits.enter(peer, () -> {}, START.minusMillis(1)).orElseThrow();
    for (int i = 0; i < 3; i++) {
      enter(peer());
    }
    limits.leave(displaced);
    assertThat(limits.streams()).isEqualTo(3);
  }

  @Test
  void aBurstIsServedAtOnceAndWhatExceedsItAtTheRate() {
    Place place = enter(peer);
    for (int i = 0; i < 4; i++) {
      assertThat(limits.count(place, START)).isZero();
    }
    assertThat(limits.count(place, START)).isEqualTo(Duration.ofMillis(100));
    assertThat(limits.count(place, START)).isEqualTo(Duration.ofMillis(200));
    assertThat(limits.count(place, START.plusMillis(300))).isZero();
    assertThat(limits.count(place, START.plusMillis(300))).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void anotherStreamOrTimeGoingBackwardsBringsNoNewBurst() {
    Place place = enter(peer);
    for (int i = 0; i < 5; i++) {
      limits.count(place, START);
    }
    limits.leave(place);

    assertThat(limits.count(enter(peer), START.minusSeconds(60))).isGreaterThan(Duration.ZERO);
  }

  @Test
  void timeRestoresNoMoreThanABurst() {
    Place place = enter(peer);
    for (int i = 0; i < 4; i++) {
      assertThat(limits.count(place, START.plus(Duration.ofDays(1)))).isZero();
    }
    assertThat(limits.count(place, START.plus(Duration.ofDays(1)))).isPositive();
  }

  @Test
  void peersThatHaveGoneAreForgottenBeforeTheyBecomeMany() {
    for (int i = 0; i < 100; i++) {
      limits.leave(enter(peer()));
    }
    assertThat(limits.peers()).isLessThanOrEqualTo(6);
  }

  private Place enter(PeerId visitor) {
    return limits.enter(visitor, () -> {}, START).orElseThrow();
  }

  private PeerId peer() {
    return PeerId.decode(RandomPeers.multihash(random).bytes());
  }
}
