package io.echonet.dds.transport.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.HostEvent;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.LimitExceededException;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.test.StepVerifier;

@Timeout(60)
class ConnectionTableTest {
  /** In the order of their ids. */
  private static final List<Identity> IDENTITIES =
      Stream.iterate(1, i -> i + 1)
          .map(seed -> Identity.generate(new Random(seed)))
          .limit(4)
          .sorted((one, other) -> one.peerId().compareTo(other.peerId()))
          .toList();

  private static final Identity SMALL = IDENTITIES.get(0);
  private static final Identity LARGE = IDENTITIES.get(3);

  private final HostEvents events = new HostEvents(100);

  private ConnectionTable table(Identity self) {
    return new ConnectionTable(self.peerId(), ConnectionLimits.defaults().withPerPeer(2), events);
  }

  @Test
  void bothEndsPreferTheConnectionDialledByTheSmallerId() {
    ConnectionTable small = table(SMALL);
    HostConnection dialledBySmall = TestConnections.between(SMALL, LARGE, true);
    HostConnection dialledByLarge = TestConnections.between(SMALL, LARGE, false);
    small.admit(dialledByLarge);
    small.admit(dialledBySmall);
    assertThat(small.preferred(LARGE.peerId())).containsSame(dialledBySmall);

    ConnectionTable large = table(LARGE);
    HostConnection fromSmall = TestConnections.between(LARGE, SMALL, false);
    HostConnection toSmall = TestConnections.between(LARGE, SMALL, true);
    large.admit(toSmall);
    large.admit(fromSmall);
    assertThat(large.preferred(SMALL.peerId())).containsSame(fromSmall);
  }

  @Test
  void ofSeveralOfAKindTheOldestIsPreferred() {
    ConnectionTable table = table(SMALL);
    HostConnection older = TestConnections.between(SMALL, LARGE, true);
    table.admit(older);
    table.admit(TestConnections.between(SMALL, LARGE, true));

    assertThat(table.preferred(LARGE.peerId())).containsSame(older);
  }

  @Test
  void aConnectionThatIsLeavingIsNotUsedAnyMore() {
    ConnectionTable table = table(SMALL);
    HostConnection preferred = TestConnections.between(SMALL, LARGE, true);
    HostConnection other = TestConnections.between(SMALL, LARGE, false);
    table.admit(preferred);
    table.admit(other);

    preferred.close().subscribe();
    assertThat(table.preferred(LARGE.peerId())).containsSame(other);
    other.abort();
    assertThat(table.preferred(LARGE.peerId())).isEmpty();
  }

  @Test
  void connectionsArePerPeerLimited() {
    ConnectionTable table = table(IDENTITIES.get(1));
    Identity self = IDENTITIES.get(1);
    table.admit(TestConnections.between(self, SMALL, true));
    HostConnection second = TestConnections.between(self, SMALL, true);
    table.admit(second);
    assertThatThrownBy(() -> table.admit(TestConnections.between(self, SMALL, true)))
        .isInstanceOf(LimitExceededException.class)
        .hasMessageContaining("2 connections with " + SMALL.peerId());

    table.admit(TestConnections.between(self, LARGE, true));

    table.remove(second);
    table.admit(TestConnections.between(self, SMALL, true));
  }

  @Test
  void aPeerIsDisconnectedWithItsLastConnection() {
    ConnectionTable table = table(SMALL);
    HostConnection first = TestConnections.between(SMALL, LARGE, true);
    HostConnection second = TestConnections.between(SMALL, LARGE, false);

    StepVerifier.create(events.events())
        .then(
            () -> {
              table.admit(first);
              table.admit(second);
              table.enqueueIdentified(first);
              table.remove(first);
              table.enqueueIdentified(first);
              table.remove(second);
              table.remove(second);
              events.drain();
              events.end();
            })
        .expectNext(new HostEvent.Connected(LARGE.peerId(), first))
        .expectNext(new HostEvent.Connected(LARGE.peerId(), second))
        .expectNext(new HostEvent.Identified(LARGE.peerId(), first))
        .expectNext(new HostEvent.Disconnected(LARGE.peerId()))
        .verifyComplete();
  }

  @Test
  void nobodyIsAdmittedAfterTheEnd() {
    ConnectionTable table = table(SMALL);
    HostConnection here = TestConnections.between(SMALL, LARGE, true);
    table.admit(here);

    assertThat(table.close()).containsExactly(here);
    assertThatThrownBy(() -> table.admit(TestConnections.between(SMALL, LARGE, true)))
        .isInstanceOf(ConnectionException.class);
  }
}
