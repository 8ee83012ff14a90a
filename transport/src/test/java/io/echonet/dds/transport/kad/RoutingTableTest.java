package io.echonet.dds.transport.kad;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RoutingTableTest {
  private static final Duration CHECK_AFTER = Duration.ofMinutes(10);
  private static final Instant START = Instant.EPOCH.plusSeconds(1_000_000);
  private static final Instant LATER = START.plus(CHECK_AFTER);

  private final Random random = new Random(3);
  private final KadKey self = RandomPeers.key(random);
  private final RoutingTable table = new RoutingTable(self, 3, 2, CHECK_AFTER);

  @Test
  void theNearestOfAllKnownAreFoundForEveryTarget() {
    RoutingTable wide = new RoutingTable(self, 20, 0, CHECK_AFTER);
    List<Contact> known = new ArrayList<>();
    for (Contact contact : RandomPeers.contacts(500, random)) {
      wide.onAnswer(contact, START);
      if (wide.contains(contact)) {
        known.add(contact);
      }
    }
    assertThat(wide.size()).isEqualTo(known.size()).isGreaterThan(80);

    for (int i = 0; i < 200; i++) {
      KadKey target = i % 2 == 0 ? RandomPeers.key(random) : self.flip(i / 2);
      assertThat(wide.closest(target, 20)).isEqualTo(RandomPeers.nearest(known, target, 20));
    }
    assertThat(wide.closest(self, 20)).isEqualTo(RandomPeers.nearest(known, self, 20));
    assertThat(wide.closest(self, 10_000)).hasSize(known.size());
  }

  @Test
  void aNodeDoesNotKnowItself() {
    Contact contact = RandomPeers.contact(random);
    RoutingTable own = new RoutingTable(contact.key(), 3, 2, CHECK_AFTER);

    assertThat(own.wants(contact)).isFalse();
    assertThat(own.onAnswer(contact, START)).isEmpty();
    own.onHeard(contact, START);
    own.onFailure(contact);
    own.remove(contact);

    assertThat(own.size()).isZero();
  }

  @Test
  void aFullBucketKeepsItsPeersAndLetsNewcomersWait() {
    List<Contact> old = fill(0);
    Contact newcomer = RandomPeers.sharing(self, 0, random);

    assertThat(table.onAnswer(newcomer, START.plusSeconds(1))).isEmpty();

    assertThat(table.contains(newcomer)).isFalse();
    assertThat(table.closest(self, 10)).containsExactlyInAnyOrderElementsOf(old);
  }

  @Test
  void theOneHeardLongestAgoHasToBeCheckedForANewcomer() {
    List<Contact> old = fill(0);
    table.onAnswer(old.get(0), START.plusSeconds(60));

    assertThat(table.onAnswer(RandomPeers.sharing(self, 0, random), LATER)).hasValue(old.get(1));
  }

  @Test
  void aCheckedPeerThatAnswersStaysAndTheNextOneIsChecked() {
    List<Contact> old = fill(0);
    Contact newcomer = RandomPeers.sharing(self, 0, random);
    table.onAnswer(newcomer, LATER);
    table.onAnswer(old.get(0), LATER);

    assertThat(table.contains(old.get(0))).isTrue();
    assertThat(table.contains(newcomer)).isFalse();
    assertThat(table.onAnswer(newcomer, LATER)).hasValue(old.get(1));
  }

  @Test
  void aCheckedPeerThatFailsGivesItsPlaceToTheOneWhoWaits() {
    List<Contact> old = fill(0);
    Contact newcomer = RandomPeers.sharing(self, 0, random);
    table.onAnswer(newcomer, LATER);

    table.onFailure(old.get(0));

    assertThat(table.contains(old.get(0))).isFalse();
    assertThat(table.contains(newcomer)).isTrue();
    assertThat(table.size()).isEqualTo(3);
  }

  @Test
  void ofThoseWhoWaitTheLastHeardComesFirstAndTheyAreFew() {
    List<Contact> old = fill(0);
    List<Contact> newcomers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      newcomers.add(RandomPeers.sharing(self, 0, random));
      table.onAnswer(newcomers.get(i), START.plusSeconds(i));
    }
    old.forEach(table::onFailure);
    old.forEach(table::onFailure);

    assertThat(table.closest(self, 10))
        .containsExactlyInAnyOrder(newcomers.get(3), newcomers.get(2));
  }

  @Test
  void aPeerThatFailedIsToldToNobodyUntilItAnswersAgain() {
    List<Contact> old = fill(5);
    table.onFailure(old.get(1));

    assertThat(table.contains(old.get(1))).isFalse();
    assertThat(table.closest(self, 10)).containsExactlyInAnyOrder(old.get(0), old.get(2));
    assertThat(table.size()).isEqualTo(2);
    table.onHeard(old.get(1), LATER);
    assertThat(table.contains(old.get(1))).isFalse();

    table.onAnswer(old.get(1), LATER);
    assertThat(table.contains(old.get(1))).isTrue();
  }

  @Test
  void aPeerThatFailedMakesRoomForANewcomer() {
    List<Contact> old = fill(5);
    table.onFailure(old.get(1));
    Contact newcomer = RandomPeers.sharing(self, 5, random);

    assertThat(table.onAnswer(newcomer, START)).isEmpty();

    assertThat(table.closest(self, 10)).containsExactlyInAnyOrder(old.get(0), old.get(2), newcomer);
  }

  @Test
  void twoFailuresInARowLoseThePlace() {
    List<Contact> old = fill(5);
    table.onFailure(old.get(0));
    table.onAnswer(old.get(0), START);
    table.onFailure(old.get(0));
    assertThat(table.unheardSince(Instant.MIN)).containsExactly(old.get(0));
    table.onFailure(old.get(0));

    assertThat(table.unheardSince(Instant.MIN)).isEmpty();
  }

  @Test
  void aPeerThatServesNoLongerIsGone() {
    List<Contact> old = fill(0);
    Contact newcomer = RandomPeers.sharing(self, 0, random);
    table.onAnswer(newcomer, START);

    table.remove(old.get(2));
    table.remove(newcomer);

    assertThat(table.closest(self, 10)).containsExactlyInAnyOrder(old.get(0), old.get(1));
  }

  @Test
  void thoseHeardLongAgoAreListed() {
    List<Contact> old = fill(0);
    table.onHeard(old.get(1), LATER);

    assertThat(table.unheardSince(LATER)).containsExactly(old.get(0), old.get(2));
  }

  @Test
  void bucketsUpToTheDeepestInUseAreDueUntilAWalkLedThere() {
    assertThat(table.unwalkedSince(START)).isEmpty();
    fill(0);
    table.onAnswer(RandomPeers.sharing(self, 4, random), START);
    assertThat(table.unwalkedSince(START)).containsExactly(0, 1, 2, 3, 4);

    table.onWalk(self.flip(2), START);
    table.onWalk(self, START);
    assertThat(table.unwalkedSince(START)).containsExactly(0, 1, 3, 4);
    assertThat(table.unwalkedSince(LATER)).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void newcomersAreWantedWhileSomebodyMayStillWait() {
    fill(0);
    assertThat(table.wants(RandomPeers.sharing(self, 0, random))).isTrue();
    table.onAnswer(RandomPeers.sharing(self, 0, random), START);
    table.onAnswer(RandomPeers.sharing(self, 0, random), START);

    assertThat(table.wants(RandomPeers.sharing(self, 0, random))).isFalse();
    assertThat(table.wants(RandomPeers.sharing(self, 1, random))).isTrue();
  }

  private List<Contact> fill(int index) {
    List<Contact> contacts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      contacts.add(RandomPeers.sharing(self, index, random));
      table.onAnswer(contacts.get(i), START);
    }
    return contacts;
  }
}
