package io.echonet.dds.transport.identify;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ObservedAddressesTest {
  private static final Multiaddr SEEN = Multiaddr.parse("/ip4/52.1.2.3/tcp/4001");
  private static final Multiaddr OTHER = Multiaddr.parse("/ip4/52.9.9.9/tcp/4001");
  private static final ObservationConfig CONFIG =
      ObservationConfig.defaults().withLife(Duration.ofMinutes(10));

  private final Map<Integer, PeerId> peers = new HashMap<>();
  private ObservedAddresses observed = new ObservedAddresses(CONFIG);
  private long now = -5;

  private PeerId peer(int number) {
    return peers.computeIfAbsent(number, n -> Identity.generate(new Random(n)).peerId());
  }

  private boolean says(int peer, String ip, Multiaddr seen) {
    String family = ip.contains(":") ? "/ip6/" : "/ip4/";
    Multiaddr from = Multiaddr.parse(family + ip + "/tcp/9");
    return observed.note(new Observation(peer(peer), from, seen), now);
  }

  /** Peers of different groups, from number {@code first} on. */
  private void say(int first, int count, Multiaddr seen) {
    for (int i = first; i < first + count; i++) {
      says(i, "8." + i + ".0.1", seen);
    }
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void whatEnoughPeersAgreeOnIsBelieved() {
    say(1, 3, SEEN);
    assertThat(observed.believed()).isEmpty();

    assertThat(says(4, "8.4.0.1", SEEN)).isTrue();

    assertThat(observed.believed()).containsExactly(SEEN);
    assertThat(says(5, "8.5.0.1", SEEN)).isFalse();
  }

  @Test
  void neighboursHaveOneWord() {
    for (int i = 1; i < 20; i++) {
      says(i, "8.1." + i + ".1", SEEN);
      says(i, "2001:db8:" + i + "::1", SEEN);
    }

    assertThat(observed.believed()).isEmpty();
  }

  @Test
  void onePeerAtManyPlacesHasOneVoice() {
    for (int i = 1; i < 20; i++) {
      says(1, "8." + i + ".0.1", SEEN);
    }

    assertThat(observed.believed()).isEmpty();
  }

  @Test
  void whatFewLiarsSayIsNotBelieved() {
    say(1, 10, SEEN);
    say(11, 3, OTHER);

    assertThat(observed.believed()).containsExactly(SEEN);
  }

  @Test
  void whoeverIsNotOnTheInternetDoesNotKnowHowWeAreSeenThere() {
    for (int i = 1; i < 20; i++) {
      says(i, "10." + i + ".0.1", SEEN);
      says(20 + i, "127." + i + ".0.1", SEEN);
    }
    assertThat(observed.believed()).isEmpty();

    observed = new ObservedAddresses(CONFIG.withLocalToo(true));
    for (int i = 1; i < 20; i++) {
      says(i, "10." + i + ".0.1", SEEN);
    }
    assertThat(observed.believed()).isEmpty();
  }

  @Test
  void localAddressesAreBelievedOnlyOfNeighboursAndWhereWanted() {
    Multiaddr local = Multiaddr.parse("/ip4/10.9.9.9/tcp/4001");
    say(1, 10, local);
    for (int i = 11; i < 20; i++) {
      says(i, "10." + i + ".0.1", local);
    }
    assertThat(observed.believed()).isEmpty();

    observed = new ObservedAddresses(CONFIG.withLocalToo(true).withGroupBits(32, 64));
    for (int i = 11; i < 20; i++) {
      says(i, "10.0.0." + i, local);
    }
    assertThat(observed.believed()).containsExactly(local);
  }

  @Test
  void whoChangesHisMindHasOneWordStill() {
    say(1, 4, SEEN);

    assertThat(says(4, "8.4.0.1", OTHER)).isTrue();

    assertThat(observed.believed()).isEmpty();
  }

  @Test
  void wordsAgeOnceTheirPeersHaveGone() {
    say(1, 4, SEEN);
    Set<PeerId> connected = Set.of(peer(1), peer(2), peer(3), peer(4));
    for (int i = 0; i < 10; i++) {
      pass(Duration.ofMinutes(9));
      assertThat(observed.renew(connected, now)).isFalse();
    }
    assertThat(observed.believed()).containsExactly(SEEN);

    pass(Duration.ofMinutes(9));
    assertThat(observed.renew(Set.of(), now)).isFalse();
    pass(Duration.ofMinutes(2));

    assertThat(observed.renew(Set.of(), now)).isTrue();
    assertThat(observed.believed()).isEmpty();
  }

  @Test
  void wordsOfDifferentTimesDoNotAddUp() {
    say(1, 3, SEEN);
    pass(Duration.ofMinutes(11));
    say(4, 3, SEEN);

    assertThat(observed.believed()).isEmpty();
  }

  @Test
  void soManyGroupsAreListenedTo() {
    observed = new ObservedAddresses(CONFIG.withMaxGroups(8));
    say(1, 4, SEEN);
    say(10, 8, OTHER);

    assertThat(observed.believed()).containsExactly(OTHER);
  }

  @Test
  void soManyAddressesAreBelievedThoseOfMostFirst() {
    observed = new ObservedAddresses(CONFIG.withMaxAddresses(2));
    Multiaddr third = Multiaddr.parse("/ip4/52.3.3.3/tcp/1");
    say(1, 4, SEEN);
    say(10, 6, OTHER);
    say(20, 5, third);

    assertThat(observed.believed()).containsExactly(OTHER, third);
  }

  @Test
  void nobodyIsBelievedWhereThatIsOff() {
    observed = new ObservedAddresses(CONFIG.withMaxAddresses(0));
    say(1, 10, SEEN);

    assertThat(observed.believed()).isEmpty();
  }
}
