package io.echonet.dds.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class PeerMemoryTest {
  private static final PeerMemory.Entry FAST =
      new PeerMemory.Entry(new PeerSpeed.Remembered(1, 1_000), false);

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final Random random = new Random(1);

  private PeerId peer() {
    return Identity.generate(random).peerId();
  }

  private PeerMemory memory(int peers) {
    return new PeerMemory(
        RetrievalConfig.defaults().withMemory(peers, Duration.ofMinutes(10)), time, random);
  }

  @Test
  void nothingIsKnownOfAStranger() {
    assertThat(memory(10).of(peer())).isEqualTo(PeerMemory.Entry.NOTHING);
  }

  @Test
  void whatWasLearntIsForgottenAfterAWhile() {
    PeerMemory memory = memory(10);
    PeerId peer = peer();
    memory.put(peer, FAST);
    time.advanceTimeBy(Duration.ofMinutes(9));
    assertThat(memory.of(peer)).isEqualTo(FAST);
    time.advanceTimeBy(Duration.ofMinutes(2));
    assertThat(memory.of(peer)).isEqualTo(PeerMemory.Entry.NOTHING);
  }

  @Test
  void noMoreThanTheLimitAreRemembered() {
    PeerMemory memory = memory(10);
    List<PeerId> peers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      peers.add(peer());
      memory.put(peers.get(i), FAST);
    }
    assertThat(peers.stream().filter(peer -> memory.of(peer).equals(FAST)).count())
        .isLessThanOrEqualTo(10);
  }
}
