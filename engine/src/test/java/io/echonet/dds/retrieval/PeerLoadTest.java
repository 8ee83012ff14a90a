package io.echonet.dds.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class PeerLoadTest {
  private static final int ROOM = 4;
  private static final long PAUSE = Duration.ofMillis(100).toNanos();

  private final RetrievalConfig config = RetrievalConfig.defaults();
  private final PeerMemory memory =
      new PeerMemory(config, VirtualTimeScheduler.create(), new Random(1));
  private final PeerId peer = Identity.generate(new Random(1)).peerId();
  private final List<KnownPeer> woken = new ArrayList<>();
  private final PeerLoad load = memory.join(peer, new PeerLoad(new PeerSpeed(), 0));

  private KnownPeer retrieval() {
    KnownPeer[] self = new KnownPeer[1];
    self[0] = new KnownPeer(peer, config, memory, () -> woken.add(self[0]), 0);
    return self[0].join();
  }

  private void begin(int requests) {
    for (int i = 0; i < requests; i++) {
      load.begin(Chunk.MAX_BYTES);
    }
  }

  private void end() {
    load.end(Chunk.MAX_BYTES);
  }

  @Test
  void whatAllRetrievalsAskForIsBoundedTogether() {
    KnownPeer one = retrieval();
    KnownPeer other = retrieval();
    begin(ROOM - 1);
    assertThat(load.admits(one, ROOM - 1, ROOM)).isTrue();
    assertThat(load.admits(other, 0, ROOM)).isTrue();
    begin(1);
    assertThat(load.admits(one, ROOM, ROOM)).isFalse();
    assertThat(load.admits(other, 0, ROOM)).isFalse();
  }

  @Test
  void whoHasItsShareAsksNoMoreWhereAnotherWaits() {
    KnownPeer old = retrieval();
    KnownPeer young = retrieval();
    begin(ROOM);
    load.await(young, 0, ROOM);
    end();
    assertThat(woken).containsExactly(young);
    assertThat(load.admits(old, ROOM - 1, ROOM)).isFalse();
    assertThat(load.admits(young, 0, ROOM)).isTrue();
  }

  @Test
  void whoHasItsShareDoesNotWaitInTheLine() {
    KnownPeer old = retrieval();
    KnownPeer young = retrieval();
    begin(ROOM);
    load.await(old, ROOM, ROOM);
    load.await(young, 0, ROOM);
    end();
    assertThat(woken).containsExactly(young);
  }

  @Test
  void whoCameFirstGoesFirst() {
    KnownPeer first = retrieval();
    KnownPeer second = retrieval();
    begin(ROOM);
    load.await(first, 0, ROOM);
    load.await(second, 0, ROOM);
    load.await(first, 0, ROOM);
    end();
    assertThat(load.admits(second, 0, ROOM)).isFalse();
    assertThat(load.admits(first, 0, ROOM)).isTrue();
    assertThat(load.bytesBefore(second)).isEqualTo(load.bytesBefore(first) + Chunk.MAX_BYTES);
  }

  @Test
  void whoLeavesTheLineWakesTheNext() {
    KnownPeer first = retrieval();
    KnownPeer second = retrieval();
    KnownPeer third = retrieval();
    begin(ROOM);
    load.await(first, 0, ROOM);
    load.await(second, 0, ROOM);
    load.await(third, 0, ROOM);
    end();
    load.renounce(first);
    second.leave();
    assertThat(woken).containsExactly(first, second, third);
    assertThat(load.admits(third, 0, ROOM)).isTrue();
  }

  @Test
  void aRetrievalThatNeedsNothingHasNoShare() {
    KnownPeer one = retrieval();
    KnownPeer other = retrieval();
    int alone = load.share(6);
    other.leave();
    assertThat(load.share(6)).isGreaterThan(alone);
    one.leave();
  }

  @Test
  void allRetrievalsLeaveABusyPeerAloneForAWhile() {
    KnownPeer one = retrieval();
    KnownPeer other = retrieval();
    load.busy(0, memory.spread(PAUSE), 1);
    assertThat(one.isResting(PAUSE / 2)).isTrue();
    assertThat(other.isResting(PAUSE / 2)).isTrue();
    assertThat(other.isResting(1 + PAUSE)).isFalse();
  }

  @Test
  void thoseThatWereTurnedAwayTogetherDoNotComeBackTogether() {
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      pauses.add(memory.spread(PAUSE));
    }
    assertThat(pauses)
        .doesNotHaveDuplicates()
        .allSatisfy(pause -> assertThat(pause).isBetween(PAUSE / 2, PAUSE));
  }

  @Test
  void whatWasAskedForBeforeTheLastTimeIsNoFurtherOne() {
    load.busy(0, PAUSE, 1);
    load.busy(0, PAUSE, 2);
    assertThat(load.isResting(1 + PAUSE)).isFalse();
    load.busy(1, PAUSE, 3);
    assertThat(load.isResting(2 + 2 * PAUSE)).isTrue();
  }
}
