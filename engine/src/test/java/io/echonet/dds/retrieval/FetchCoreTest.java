package io.echonet.dds.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.content.ContentNotFoundException;
import io.echonet.dds.content.ContentUnavailableException;
import io.echonet.dds.content.IntegrityException;
import io.echonet.dds.network.Fault;
import io.echonet.dds.retrieval.RetrievalStatistics.PeerStatistics;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.PeerId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

class FetchCoreTest {
  private static final long MILLI = Duration.ofMillis(1).toNanos();
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Random random = new Random(1);
  private static final RetrievalConfig CONFIG = RetrievalConfig.defaults();

  private final PeerMemory memory = new PeerMemory(CONFIG, VirtualTimeScheduler.create(), random);
  private final FetchCore core = new FetchCore(CONFIG, memory, () -> {});
  private final Reader reader = new Reader(1_000_000);
  private long now = -5 * SECOND; // Any beginning will do, and the sum passes zero.

  private PeerId peer() {
    PeerId id = Identity.generate(random).peerId();
    assertThat(core.add(id, now)).isTrue();
    return id;
  }

  private FetchTask want(int index) {
    return core.want(reader, index, cid(index), Chunk.MAX_BYTES, now);
  }

  /** A peer that is known to answer in {@code nanos}. */
  private PeerId measured(long nanos) {
    PeerId id = Identity.generate(random).peerId();
    double rate = (double) Chunk.MAX_BYTES / nanos;
    memory.put(id, new PeerMemory.Entry(new PeerSpeed.Remembered(rate, nanos), false));
    assertThat(core.add(id, now)).isTrue();
    return id;
  }

  private Map<PeerId, Integer> asked(List<Attempt> attempts) {
    Map<PeerId, Integer> asked = new HashMap<>();
    attempts.forEach(attempt -> asked.merge(attempt.peer().id(), 1, Integer::sum));
    return asked;
  }

  private static Cid cid(int index) {
    return Cid.hash(ByteBuffer.allocate(4).putInt(index).flip());
  }

  private Attempt only(List<Attempt> attempts) {
    assertThat(attempts).hasSize(1);
    return attempts.get(0);
  }

  private void deliver(Attempt attempt) {
    assertThat(core.delivered(attempt, Chunk.MAX_BYTES, now)).isTrue();
    core.drop(attempt.task());
  }

  private List<Attempt> fail(Attempt attempt, Fault fault) {
    return core.failed(attempt, fault, "on purpose", now);
  }

  private PeerStatistics statistics(PeerId id) {
    return Objects.requireNonNull(core.statistics().get(id));
  }

  @Test
  void nobodyIsAskedWhileNobodyIsKnown() {
    want(0);
    assertThat(core.next(now)).isEmpty();
    assertThat(core.isStarving()).isTrue();
    PeerId late = peer();
    assertThat(only(core.next(now)).peer().id()).isEqualTo(late);
  }

  @Test
  void peersOfUnknownSpeedAreGivenOneChunkEach() {
    for (int i = 0; i < 4; i++) {
      peer();
    }
    for (int i = 0; i < 16; i++) {
      want(i);
    }
    assertThat(asked(core.next(now)).values()).containsExactly(1, 1, 1, 1);
  }

  @Test
  void whatIsNeededNextIsNotAskedOfAStrangerWhereOthersAreKnown() {
    PeerId known = measured(10 * MILLI);
    measured(20 * MILLI);
    measured(30 * MILLI);
    for (int i = 0; i < 20; i++) {
      PeerId stranger = peer();
      want(i);
      Attempt foremost = only(core.next(now));
      assertThat(foremost.peer().id()).isNotEqualTo(stranger);
      now += 10 * MILLI;
      deliver(foremost);
    }
    for (int i = 20; i < 28; i++) {
      want(i);
    }
    // What comes behind it is what a stranger can show its speed by.
    List<Attempt> attempts = core.next(now);
    assertThat(attempts.get(0).peer().id()).isEqualTo(known);
    assertThat(asked(attempts)).hasSizeGreaterThan(3);
  }

  @Test
  void peersThatAreEquallyFastAreUsedSideBySide() {
    for (int i = 0; i < 4; i++) {
      measured(10 * MILLI);
    }
    for (int i = 0; i < 12; i++) {
      want(i);
    }
    assertThat(asked(core.next(now)).values()).containsExactly(3, 3, 3, 3);
  }

  @Test
  void aChunkWaitsForAFastPeerRatherThanGoToASlowOne() {
    PeerId fast = measured(10 * MILLI);
    PeerId slow = measured(SECOND);
    for (int i = 0; i < 12; i++) {
      want(i);
    }
    Map<PeerId, Integer> asked = asked(core.next(now));
    assertThat(asked).containsOnlyKeys(fast);
    assertThat(asked.get(fast)).isLessThan(12);
    for (int i = 12; i < 150; i++) {
      want(i);
    }
    // What comes last would have to wait for longer than the slow one takes.
    assertThat(only(core.next(now)).peer().id()).isEqualTo(slow);
  }

  @Test
  void onePeerAfterAnotherIsChosenWhereNoneHasLessToDo() {
    measured(10 * MILLI);
    measured(10 * MILLI);
    measured(10 * MILLI);
    List<PeerId> chosen = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      want(i);
      Attempt attempt = only(core.next(now));
      chosen.add(attempt.peer().id());
      now += 10 * MILLI;
      deliver(attempt);
    }
    assertThat(chosen.subList(0, 3)).doesNotHaveDuplicates();
    assertThat(chosen.subList(3, 6)).isEqualTo(chosen.subList(0, 3));
  }

  @Test
  void thePeerThatAnswersFasterIsAskedMore() {
    PeerId fast = measured(10 * MILLI);
    PeerId slow = measured(40 * MILLI);
    Map<PeerId, Integer> delivered = new HashMap<>();
    List<Attempt> underWay = new ArrayList<>();
    int index = 0;
    for (int tick = 1; tick <= 120; tick++) {
      now += 10 * MILLI;
      while (index < 16 + delivered.values().stream().mapToInt(i -> i).sum()) {
        want(index++);
      }
      underWay.addAll(core.next(now));
      // The slow one answers one request in the time the fast one answers four.
      List<PeerId> answering = tick % 4 == 0 ? List.of(fast, slow) : List.of(fast);
      for (PeerId id : answering) {
        underWay.stream()
            .filter(attempt -> attempt.peer().id().equals(id))
            .findFirst()
            .ifPresent(
                attempt -> {
                  underWay.remove(attempt);
                  deliver(attempt);
                  delivered.merge(id, 1, Integer::sum);
                });
      }
    }
    assertThat(delivered).containsEntry(fast, 120);
    assertThat(delivered.get(slow)).isBetween(25, 30);
  }

  @Test
  void aChunkThatFailedIsAskedOfAnother() {
    PeerId one = peer();
    PeerId other = peer();
    want(0);
    Attempt first = only(core.next(now));
    assertThat(first.peer().id()).isEqualTo(one);
    fail(first, Fault.FAILED);
    assertThat(only(core.next(now)).peer().id()).isEqualTo(other);
  }

  @Test
  void thePeerThatFailedRestsLongerEachTime() {
    peer();
    want(0);
    long pause = CONFIG.retryPause().toNanos();
    for (int doubled : new int[] {1, 2, 4, 8, 16, 16}) {
      fail(only(core.next(now)), Fault.FAILED);
      now += doubled * pause - 1;
      assertThat(core.next(now)).isEmpty();
      now += 1;
    }
    assertThat(core.next(now)).hasSize(1);
  }

  @Test
  void thePeerThatFailedIsTriedWithOneRequestFirst() {
    peer();
    for (int i = 0; i < 4; i++) {
      want(i);
    }
    core.next(now).forEach(attempt -> fail(attempt, Fault.FAILED));
    now += 10 * SECOND;
    Attempt probe = only(core.next(now));
    assertThat(core.next(now)).isEmpty();
    deliver(probe);
    assertThat(core.next(now)).hasSize(3);
  }

  @Test
  void aLiarIsNeverAskedAgainAndItsOtherRequestsAreGivenUp() {
    PeerId liar = measured(10 * MILLI);
    for (int i = 0; i < 3; i++) {
      want(i);
    }
    List<Attempt> attempts = core.next(now);
    assertThat(fail(attempts.get(1), Fault.MISBEHAVED))
        .containsExactlyInAnyOrder(attempts.get(0), attempts.get(2));
    now += 3600 * SECOND;
    assertThat(core.next(now)).isEmpty();
    assertThat(core.add(liar, now)).isFalse();
    assertThat(statistics(liar))
        .satisfies(
            statistics -> {
              assertThat(statistics.excluded()).isTrue();
              assertThat(statistics.failures()).isEqualTo(1);
              assertThat(statistics.outstanding()).isZero();
            });
    PeerId honest = peer();
    assertThat(only(core.next(now)).peer().id()).isEqualTo(honest);
  }

  @Test
  void whoLacksOneChunkIsAskedForOthers() {
    PeerId one = peer();
    want(0);
    fail(only(core.next(now)), Fault.NOT_HELD);
    want(1);
    Attempt other = only(core.next(now));
    assertThat(other.peer().id()).isEqualTo(one);
    assertThat(other.task().index()).isEqualTo(1);
  }

  @Test
  void whoLackedAChunkMayHaveItLater() {
    peer();
    want(0);
    fail(only(core.next(now)), Fault.NOT_HELD);
    assertThat(core.next(now)).isEmpty();
    now += 3 * SECOND;
    assertThat(core.next(now)).hasSize(1);
  }

  @Test
  void whoLacksMuchIsAskedLittle() {
    PeerId poor = peer();
    for (int i = 0; i < 3; i++) {
      want(i);
      fail(only(core.next(now)), Fault.NOT_HELD);
    }
    assertThat(core.needsPeers()).isTrue();
    PeerId rich = peer();
    deliver(only(core.next(now)));
    for (int i = 3; i < 6; i++) {
      want(i);
    }
    assertThat(asked(core.next(now))).containsOnlyKeys(rich).doesNotContainKey(poor);
  }

  @Test
  void aBusyPeerIsLeftAloneForAWhile() {
    peer();
    want(0);
    fail(only(core.next(now)), Fault.BUSY);
    assertThat(core.next(now)).isEmpty();
    now += CONFIG.retryPause().toNanos();
    assertThat(core.next(now)).hasSize(1);
  }

  @Test
  void aPeerThatIsLateByItsOwnMeasureIsOvertakenForWhatIsNeededNext() {
    PeerId late = measured(10 * MILLI);
    for (int i = 0; i < 3; i++) {
      want(i);
    }
    List<Attempt> first = core.next(now);
    PeerId other = peer();
    now += CONFIG.leastLateness().toNanos();
    assertThat(core.next(now)).isEmpty();
    now += 20 * MILLI;
    Attempt second = only(core.next(now));
    assertThat(second.task().index()).isZero();
    assertThat(second.peer().id()).isEqualTo(other);
    assertThat(core.next(now)).isEmpty();
    assertThat(core.delivered(second, Chunk.MAX_BYTES, now)).isTrue();
    assertThat(core.drop(second.task())).containsExactly(first.get(0));
    // The next in line has waited as long.
    now += 20 * MILLI;
    assertThat(asked(core.next(now))).containsOnlyKeys(other);
    // And nothing new goes to the late one until it has rested.
    want(3);
    assertThat(asked(core.next(now))).doesNotContainKey(late);
  }

  @Test
  void whatIsAskedForTwiceIsAFewPercentAtMost() {
    measured(10 * MILLI);
    measured(10 * MILLI);
    long chunks = 0;
    for (int i = 0; i < 200; i++) {
      want(i);
      Attempt attempt = core.next(now).get(0);
      now += 150 * MILLI; // Late each time, by little.
      core.next(now);
      assertThat(core.delivered(attempt, Chunk.MAX_BYTES, now)).isTrue();
      core.drop(attempt.task());
      chunks++;
    }
    assertThat(core.hedges()).isPositive().isLessThanOrEqualTo(2 + chunks / 20);
  }

  @Test
  void whatHasBeenLateForLongIsAskedForTwiceAtAnyPrice() {
    measured(10 * MILLI);
    for (int i = 0; i < 10; i++) {
      want(i);
      core.next(now);
      PeerId other = peer();
      now += SECOND;
      Attempt second = only(core.next(now));
      assertThat(second.peer().id()).isEqualTo(other);
      deliver(second);
      now += SECOND;
    }
  }

  @Test
  void whatWasAskedForTwiceAtAnyPriceLeavesTheBudgetToOthers() {
    for (int i = 0; i < 5; i++) {
      measured(10 * MILLI);
      want(i);
      core.next(now);
      now += 3 * SECOND;
      peer();
      core.next(now).forEach(this::deliver);
    }
    long before = core.hedges();
    assertThat(before).isGreaterThanOrEqualTo(3);
    measured(10 * MILLI);
    measured(10 * MILLI);
    want(10);
    core.next(now);
    now += 150 * MILLI; // Late, and not for so long that it would be asked for at any price.
    core.next(now);
    assertThat(core.hedges()).isEqualTo(before + 1);
  }

  @Test
  void atTheEndWhoHasNothingToDoHelps() {
    PeerId slow = measured(200 * MILLI);
    Reader last = new Reader(0);
    core.want(last, 0, cid(0), Chunk.MAX_BYTES, now);
    Attempt attempt = only(core.next(now));
    assertThat(attempt.peer().id()).isEqualTo(slow);
    PeerId fast = peer();
    want(0);
    Attempt probe = only(core.next(now));
    assertThat(probe.peer().id()).isEqualTo(fast);
    now += 10 * MILLI;
    deliver(probe);
    Attempt help = only(core.next(now));
    assertThat(help.peer().id()).isEqualTo(fast);
    assertThat(help.task()).isEqualTo(attempt.task());
  }

  @Test
  void nobodyHelpsBeforeTheEnd() {
    measured(200 * MILLI);
    want(0);
    core.next(now);
    peer();
    want(1);
    Attempt probe = only(core.next(now));
    now += 10 * MILLI;
    deliver(probe);
    assertThat(core.next(now)).isEmpty();
  }

  @Test
  void aBusyPeerIsGivenNoMoreThanItTakes() {
    PeerId busy = measured(10 * MILLI);
    for (int i = 0; i < 8; i++) {
      want(i);
    }
    List<Attempt> attempts = core.next(now);
    assertThat(attempts).hasSizeGreaterThan(2);
    for (Attempt attempt : attempts.subList(2, attempts.size())) {
      fail(attempt, Fault.BUSY);
    }
    now += 10 * SECOND;
    assertThat(core.next(now)).isEmpty();
    deliver(attempts.get(0));
    assertThat(core.next(now)).hasSize(1);
    assertThat(statistics(busy).outstanding()).isEqualTo(2);
  }

  @Test
  void whatWasLearntOfPeersIsRememberedForAnotherTime() {
    PeerId liar = peer();
    want(0);
    fail(only(core.next(now)), Fault.MISBEHAVED);
    PeerId fast = peer();
    Attempt right = only(core.next(now));
    now += 10 * MILLI;
    deliver(right);

    FetchCore another = new FetchCore(CONFIG, memory, () -> {});
    another.add(liar, now);
    another.add(fast, now);
    Reader anotherReader = new Reader(10);
    for (int i = 0; i < 3; i++) {
      another.want(anotherReader, i, cid(i), Chunk.MAX_BYTES, now);
    }
    assertThat(asked(another.next(now))).containsOnlyKeys(fast).containsEntry(fast, 3);
  }

  @Test
  void theWindowIsWhatThePeersKeepUnderWayAndNoMoreThanAllowed() {
    assertThat(core.windowBytes()).isEqualTo(FetchCore.LEAST_WINDOW_BYTES);
    for (int i = 0; i < 20; i++) {
      measured(10 * MILLI);
    }
    assertThat(core.windowBytes()).isEqualTo(20 * 4L * Chunk.MAX_BYTES);
    for (int i = 0; i < 40; i++) {
      measured(10 * MILLI);
    }
    assertThat(core.windowBytes()).isEqualTo(CONFIG.windowBytes());
  }

  @Test
  void whereTheSecondIsLateTooAThirdIsAsked() {
    long patience = CONFIG.hedgeAfter().toNanos();
    peer();
    want(0);
    core.next(now);
    peer();
    now += patience;
    core.next(now);
    PeerId third = peer();
    now += patience - 1;
    assertThat(core.next(now)).isEmpty();
    now += 1;
    assertThat(only(core.next(now)).peer().id()).isEqualTo(third);
  }

  @Test
  void silentPeersDoNotKeepAnotherFromBeingAsked() {
    want(0);
    for (int i = 0; i < 6; i++) {
      peer();
      core.next(now);
      now += 4 * CONFIG.hedgeAfter().toNanos();
    }
    PeerId seventh = peer();
    assertThat(only(core.next(now)).peer().id()).isEqualTo(seventh);
  }

  @Test
  void nobodyMakesLatenessUsualByBeingLateALittleMoreEachTime() {
    measured(2 * MILLI);
    for (int i = 0; i < 40; i++) {
      want(i);
      Attempt attempt = only(core.next(now));
      now += attempt.peer().patience(attempt) - 1;
      deliver(attempt);
    }
    want(100);
    core.next(now);
    // Whoever is as fast as it was is asked instead.
    PeerId honest = peer();
    want(101);
    Attempt probe = only(core.next(now));
    now += 2 * MILLI;
    deliver(probe);
    now += CONFIG.hedgeAfter().toNanos();
    // And asked for what the slow one was asked for, however long that one usually takes.
    assertThat(only(core.next(now)).task().index()).isEqualTo(100);
    want(102);
    assertThat(only(core.next(now)).peer().id()).isEqualTo(honest);
  }

  @Test
  void aSlowPeerIsAskedForOneChunkAtATime() {
    measured(13 * SECOND);
    for (int i = 0; i < 5; i++) {
      want(i);
    }
    assertThat(core.next(now)).hasSize(1);
  }

  @Test
  void aConnectionThatBreaksIsOneFailureHoweverManyRequestsItHad() {
    measured(10 * MILLI);
    for (int i = 0; i < 4; i++) {
      want(i);
    }
    List<Attempt> attempts = core.next(now);
    assertThat(attempts).hasSizeGreaterThan(2);
    now += MILLI;
    attempts.forEach(attempt -> fail(attempt, Fault.FAILED));
    now += CONFIG.retryPause().toNanos();
    assertThat(core.next(now)).hasSize(1);
  }

  @Test
  void silentNamesMakeRoomForOneThatMayHaveIt() {
    for (int i = 0; i < CONFIG.maxPeers(); i++) {
      peer();
    }
    want(0);
    core.next(now);
    now += CONFIG.hedgeAfter().toNanos();
    core.next(now);
    peer();
  }

  @Test
  void liarsDoNotKeepOthersOutForEver() {
    for (int i = 0; i < 5 * CONFIG.maxPeers(); i++) {
      peer();
      want(i);
      fail(only(core.next(now)), Fault.MISBEHAVED);
    }
    peer();
  }

  @Test
  void peersThatProvedToBeOfNoUseMakeRoomForOthers() {
    int most = CONFIG.maxPeers();
    for (int i = 0; i < most; i++) {
      peer();
    }
    assertThat(core.add(Identity.generate(random).peerId(), now)).isFalse();
    want(0);
    for (int i = 0; i < 3 * most; i++) {
      core.next(now).forEach(attempt -> fail(attempt, Fault.FAILED));
      now += 60 * SECOND;
    }
    PeerId honest = peer();
    Attempt attempt = only(core.next(now));
    assertThat(attempt.peer().id()).isEqualTo(honest);
  }

  @Test
  void onASlowNetworkLateIsLater() {
    peer();
    want(0);
    Attempt slow = only(core.next(now));
    now += 4 * SECOND;
    deliver(slow);
    want(1);
    core.next(now);
    peer();
    now += 6 * SECOND - 1;
    assertThat(core.next(now)).isEmpty();
    now += 1;
    assertThat(core.next(now)).hasSize(1);
  }

  @Test
  void aSecondDeliveryIsADuplicate() {
    PeerId one = peer();
    want(0);
    Attempt first = only(core.next(now));
    peer();
    now += 2 * SECOND;
    Attempt second = only(core.next(now));
    assertThat(core.delivered(second, 1, now)).isTrue();
    core.drop(second.task());
    assertThat(core.delivered(first, 1, now)).isFalse();
    assertThat(statistics(one).duplicates()).isEqualTo(1);
    assertThat(statistics(one).outstanding()).isZero();
  }

  @Test
  void givingUpATaskLeavesNothingBehind() {
    PeerId one = peer();
    FetchTask task = want(0);
    Attempt attempt = only(core.next(now));
    assertThat(core.drop(task)).containsExactly(attempt);
    assertThat(core.isWanted()).isFalse();
    assertThat(statistics(one).outstanding()).isZero();
    assertThat(fail(attempt, Fault.FAILED)).isEmpty();
    assertThat(statistics(one).failures()).isZero();
  }

  @Test
  void requestsPerPeerAreBounded() {
    PeerId id = measured(10 * MILLI);
    FetchCore bounded = new FetchCore(CONFIG.withRequestsPerPeer(2), memory, () -> {});
    bounded.add(id, now);
    for (int i = 0; i < 5; i++) {
      bounded.want(reader, i, cid(i), Chunk.MAX_BYTES, now);
    }
    assertThat(bounded.next(now)).hasSize(2);
    assertThat(bounded.isStarving()).isTrue();
  }

  @Test
  void peersAreBounded() {
    for (int i = 0; i < 64; i++) {
      peer();
    }
    assertThat(core.add(Identity.generate(random).peerId(), now)).isFalse();
  }

  @Test
  void timeRunsOnlyWhileSomethingIsWaitedFor() {
    peer();
    now += 100 * SECOND;
    want(0);
    now += 29 * SECOND;
    assertThat(core.timedOut(now)).isEmpty();
    core.next(now).forEach(this::deliver);
    now += 100 * SECOND;
    assertThat(core.timedOut(now)).isEmpty();
    want(1);
    now += 30 * SECOND;
    assertThat(core.timedOut(now)).containsExactly(reader);
  }

  @Test
  void waitingForATurnAtAPeerThatServesOthersIsNotTheEnd() {
    PeerId shared = measured(13 * SECOND); // One request at a time.
    FetchCore another = new FetchCore(CONFIG, memory, () -> {});
    another.add(shared, now);
    Reader busy = new Reader(1_000_000);
    another.want(busy, 0, cid(0), Chunk.MAX_BYTES, now);
    another.want(busy, 1, cid(1), Chunk.MAX_BYTES, now);
    Attempt others = only(another.next(now));
    want(2);
    assertThat(core.next(now)).isEmpty();
    assertThat(core.isOnlyInLine()).isTrue();

    now += 20 * SECOND;
    another.delivered(others, Chunk.MAX_BYTES, now);
    another.drop(others.task());
    now += 20 * SECOND;
    assertThat(core.timedOut(now)).isEmpty();
    // The line is as long as the other's patience: whoever stood in it longest goes first.
    assertThat(another.next(now)).isEmpty();
    assertThat(only(core.next(now)).peer().id()).isEqualTo(shared);
    assertThat(core.isOnlyInLine()).isFalse();
    now += 30 * SECOND;
    assertThat(core.timedOut(now)).containsExactly(reader);
  }

  @Test
  void aChunkInTimePutsTheEndOff() {
    measured(10 * MILLI);
    want(0);
    want(1);
    List<Attempt> attempts = core.next(now);
    now += 29 * SECOND;
    deliver(attempts.get(1));
    now += 29 * SECOND;
    assertThat(core.timedOut(now)).isEmpty();
    now += SECOND;
    assertThat(core.timedOut(now)).containsExactly(reader);
  }

  @Test
  void withoutAPeerNothingWasFound() {
    want(0);
    assertThat(core.failure(reader))
        .isInstanceOf(ContentNotFoundException.class)
        .hasMessageContaining(cid(0).toString());
  }

  @Test
  void whereAllLackItNothingWasFound() {
    peer();
    want(0);
    fail(only(core.next(now)), Fault.NOT_HELD);
    assertThat(core.failure(reader)).isInstanceOf(ContentNotFoundException.class);
  }

  @Test
  void whereHoldersDoNotDeliverItIsUnavailable() {
    peer();
    want(0);
    fail(only(core.next(now)), Fault.FAILED);
    assertThat(core.failure(reader))
        .isInstanceOf(ContentUnavailableException.class)
        .hasMessageContaining("on purpose");
  }

  @Test
  void whereAllThatWasOfferedWasWrongItIsAnIntegrityError() {
    peer();
    peer();
    want(0);
    fail(only(core.next(now)), Fault.MISBEHAVED);
    fail(only(core.next(now)), Fault.FAILED);
    assertThat(core.failure(reader)).isInstanceOf(IntegrityException.class);
  }

  @Test
  void whereAnHonestPeerHasVanishedItIsUnavailableWhateverLiarsThereWere() {
    peer();
    peer();
    want(0);
    fail(only(core.next(now)), Fault.MISBEHAVED);
    deliver(only(core.next(now)));
    want(1);
    fail(only(core.next(now)), Fault.FAILED);
    assertThat(core.failure(reader)).isInstanceOf(ContentUnavailableException.class);
  }
}
