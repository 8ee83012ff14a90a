package io.echonet.dds.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.testing.TestNetwork;
import io.echonet.dds.testing.TestNode;
import io.echonet.dds.testing.VirtualTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What other nodes want fetched, over the in-memory network and in virtual time. */
class InstructionsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final ReplicationConfig CONFIG =
      ReplicationConfig.defaults()
          .withPatience(1, Duration.ofMillis(100), Duration.ofSeconds(1))
          .withPendingInstructions(4, 2)
          .withInstructions(1, TIMEOUT);

  private final VirtualTime time = new VirtualTime();
  private final TestNetwork network = new TestNetwork(time.scheduler(), time.scheduler());
  private final TestNode node = network.newNode();
  private final TestNode source = network.newNode();
  private final TestNode stalling = network.newNode();
  private final TestNode requester = network.newNode();
  private final TestNode another = network.newNode();
  private final Instructions instructions =
      new Instructions(node.service(), node.discovery(), node.store(), CONFIG, time.scheduler());

  InstructionsTest() {
    stalling.serve(stream -> Mono.never());
  }

  @AfterEach
  void close() {
    instructions.close();
    time.run(network.close());
  }

  private static Chunk chunk(String text) {
    return Chunk.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private boolean accept(TestNode from, Cid cid, TestNode holder) {
    introduce(holder);
    return instructions.accept(from.id(), cid, Optional.of(holder.id()));
  }

  private void introduce(TestNode holder) {
    node.host()
        .peerStore()
        .addAddresses(holder.id(), holder.host().announcedAddresses(), Duration.ofDays(1));
  }

  @Test
  void whatOneWantsFetchedIsFetched() {
    Chunk chunk = chunk("wanted");
    time.run(source.store().store(chunk));

    assertThat(accept(requester, chunk.cid(), source)).isTrue();

    time.until("the chunk is held", () -> node.store().cids().contains(chunk.cid()));
  }

  @Test
  void oneThatStallsGivesItsPlaceUpInTheEnd() {
    Chunk chunk = chunk("behind");
    time.run(source.store().store(chunk));
    assertThat(accept(requester, chunk("never").cid(), stalling)).isTrue();
    assertThat(accept(another, chunk.cid(), source)).isTrue();

    Duration waited =
        time.until("the chunk is held", () -> node.store().cids().contains(chunk.cid()));

    assertThat(waited).isLessThan(TIMEOUT.plusSeconds(5));
  }

  @Test
  void onePeerFillsItsOwnShareOnly() {
    assertThat(accept(requester, chunk("1").cid(), stalling)).isTrue();
    assertThat(accept(requester, chunk("2").cid(), stalling)).isTrue();

    assertThat(accept(requester, chunk("3").cid(), stalling)).isFalse();
    assertThat(accept(another, chunk("3").cid(), stalling)).isTrue();
  }

  @Test
  void noMoreThanTheLimitWaitInAll() {
    TestNode[] peers = {requester, another, source};
    int accepted = 0;
    for (int i = 0; i < 3 * peers.length; i++) {
      accepted += accept(peers[i % peers.length], chunk("no " + i).cid(), stalling) ? 1 : 0;
    }

    assertThat(accepted).isEqualTo(CONFIG.maxPendingInstructions() + CONFIG.parallelInstructions());
  }

  @Test
  void aShareIsFreeAgainWhenItsInstructionsHaveEnded() {
    accept(requester, chunk("1").cid(), stalling);
    accept(requester, chunk("2").cid(), stalling);

    time.pass(TIMEOUT.multipliedBy(2).plusSeconds(1));

    assertThat(accept(requester, chunk("3").cid(), stalling)).isTrue();
    assertThat(accept(requester, chunk("4").cid(), stalling)).isTrue();
  }
}
