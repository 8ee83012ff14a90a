package io.echonet.dds.transport.kad;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.PeerId;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UnreachableTest {
  private static final Instant START = Instant.EPOCH;

  private final Random random = new Random(19);
  private final PeerId peer = peer();
  private final Unreachable unreachable =
      new Unreachable(Duration.ofSeconds(15), Duration.ofSeconds(50), 3);

  @Test
  void aPeerIsPassedOverForAWhileThatGrows() {
    assertThat(unreachable.contains(peer, START)).isFalse();
    unreachable.onFailure(peer, START);
    assertThat(unreachable.contains(peer, START.plusSeconds(14))).isTrue();
    assertThat(unreachable.contains(peer, START.plusSeconds(15))).isFalse();

    Instant second = START.plusSeconds(20);
    unreachable.onFailure(peer, second);
    assertThat(unreachable.contains(peer, second.plusSeconds(29))).isTrue();
    assertThat(unreachable.contains(peer, second.plusSeconds(30))).isFalse();

    Instant third = START.plusSeconds(90);
    unreachable.onFailure(peer, third);
    assertThat(unreachable.contains(peer, third.plusSeconds(49))).isTrue();
    assertThat(unreachable.contains(peer, third.plusSeconds(50))).isFalse();
  }

  @Test
  void hearingFromItEndsThatAndItsHistory() {
    unreachable.onFailure(peer, START);
    unreachable.onFailure(peer, START);
    unreachable.onContact(peer);
    assertThat(unreachable.contains(peer, START)).isFalse();

    unreachable.onFailure(peer, START);
    assertThat(unreachable.contains(peer, START.plusSeconds(15))).isFalse();
  }

  @Test
  void aFailureLongAfterTheLastIsAFirstOne() {
    unreachable.onFailure(peer, START);
    unreachable.onFailure(peer, START.plusSeconds(66));

    assertThat(unreachable.contains(peer, START.plusSeconds(80))).isTrue();
    assertThat(unreachable.contains(peer, START.plusSeconds(81))).isFalse();
  }

  @Test
  void onlySoManyAreRemembered() {
    unreachable.onFailure(peer, START);
    for (int i = 0; i < 3; i++) {
      unreachable.onFailure(peer(), START);
    }
    assertThat(unreachable.contains(peer, START)).isFalse();
  }

  private PeerId peer() {
    return PeerId.decode(RandomPeers.multihash(random).bytes());
  }
}
