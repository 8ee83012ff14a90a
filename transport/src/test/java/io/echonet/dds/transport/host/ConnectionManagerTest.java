package io.echonet.dds.transport.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Identity;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConnectionManagerTest {
  /** In the order of their ids. */
  private static final List<Identity> IDENTITIES =
      Stream.iterate(1, i -> i + 1)
          .map(seed -> Identity.generate(new Random(seed)))
          .limit(9)
          .sorted((one, other) -> one.peerId().compareTo(other.peerId()))
          .toList();

  private static final Identity SELF = IDENTITIES.get(4);
  private static final Identity SMALLER = IDENTITIES.get(0);
  private static final Identity LARGER = IDENTITIES.get(8);

  private final AtomicLong ahead = new AtomicLong();
  private final ConnectionTable table =
      new ConnectionTable(SELF.peerId(), ConnectionLimits.defaults(), new HostEvents(10));
  private final ConnectionManager manager =
      new ConnectionManager(
          SELF.peerId(),
          TrimConfig.defaults().withWatermarks(2, 4),
          table,
          () -> System.nanoTime() + ahead.get());

  private void pass(Duration time) {
    ahead.addAndGet(time.toNanos());
  }

  private HostConnection admit(Identity peer, boolean initiator) {
    HostConnection connection = TestConnections.between(SELF, peer, initiator);
    table.admit(connection);
    return connection;
  }

  /** Each begun later than the one before. */
  private List<HostConnection> admitFive() {
    return IntStream.of(0, 1, 2, 3, 5).mapToObj(i -> admit(IDENTITIES.get(i), true)).toList();
  }

  private static List<Boolean> usable(List<HostConnection> connections) {
    return connections.stream().map(HostConnection::isUsable).toList();
  }

  @Test
  void beyondTheHighMarkTheLongestIdleGoDownToTheLowMark() {
    List<HostConnection> five = admitFive();
    pass(Duration.ofMinutes(1));

    manager.onConnected();

    assertThat(usable(five)).containsExactly(false, false, false, true, true);
  }

  @Test
  void atTheHighMarkNobodyGoes() {
    List<HostConnection> five = admitFive();
    five.get(0).abort();
    pass(Duration.ofMinutes(1));

    manager.onConnected();

    assertThat(usable(five)).containsExactly(false, true, true, true, true);
  }

  @Test
  void newConnectionsHaveTheirGrace() {
    List<HostConnection> five = admitFive();
    pass(TrimConfig.defaults().grace().minusSeconds(10));

    manager.onConnected();

    assertThat(usable(five)).doesNotContain(false);
  }

  @Test
  void protectedPeersStayUntilTheLastTagIsTakenOff() {
    List<HostConnection> five = admitFive();
    pass(Duration.ofMinutes(1));
    for (int i = 0; i < 4; i++) {
      manager.protect(five.get(i).remotePeer(), "one");
    }
    manager.protect(five.get(0).remotePeer(), "other");
    manager.unprotect(five.get(0).remotePeer(), "one");
    manager.unprotect(five.get(1).remotePeer(), "one");
    manager.unprotect(five.get(1).remotePeer(), "one");

    manager.onConnected();

    assertThat(usable(five)).containsExactly(true, false, true, true, false);
  }

  @Test
  void idleOnesBeyondTheLowMarkAreKeptAliveForAWhile() {
    List<HostConnection> five = admitFive();
    pass(TrimConfig.defaults().keepAlive().minusSeconds(10));
    manager.tidy();
    assertThat(usable(five)).doesNotContain(false);

    pass(Duration.ofSeconds(10));
    manager.tidy();

    assertThat(usable(five)).containsExactly(false, false, false, true, true);
  }

  @Test
  void ofTwoThatBothEndsDialledTheOneOfTheLargerIdGoes() {
    HostConnection own = admit(LARGER, true);
    HostConnection theirs = admit(LARGER, false);
    HostConnection ownToSmaller = admit(SMALLER, true);
    HostConnection fromSmaller = admit(SMALLER, false);
    manager.tidy();
    assertThat(usable(List.of(own, theirs, ownToSmaller, fromSmaller))).doesNotContain(false);

    pass(TrimConfig.defaults().duplicateGrace().multipliedBy(2));
    manager.tidy();

    assertThat(usable(List.of(own, theirs, ownToSmaller, fromSmaller)))
        .containsExactly(true, false, false, true);
  }

  @Test
  void itsDiallerIsTheFirstToCloseASuperfluousOne() {
    HostConnection ownToSmaller = admit(SMALLER, true);
    admit(SMALLER, false);
    admit(LARGER, true);
    HostConnection fromLarger = admit(LARGER, false);

    pass(TrimConfig.defaults().duplicateGrace());
    manager.tidy();

    assertThat(ownToSmaller.isUsable()).isFalse();
    assertThat(fromLarger.isUsable()).isTrue();
  }

  @Test
  void ofSeveralThatOneEndDialledItsDiallerAloneDecides() {
    List<HostConnection> own = List.of(admit(LARGER, true), admit(LARGER, true));
    List<HostConnection> theirs = List.of(admit(SMALLER, false), admit(SMALLER, false));
    pass(Duration.ofMinutes(1));

    manager.tidy();

    assertThat(usable(own)).containsExactly(true, false);
    assertThat(usable(theirs)).containsExactly(true, true);
  }
}
