package io.echonet.dds.transport.kad;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RoutingTableTest {
  private static final Optional<IpGroup> NO_GROUP = Optional.empty();
  private static final Duration CHECK_AFTER = Duration.ofMinutes(10);
  private static final Instant START = Instant.EPOCH.plusSeconds(1_000_000);
  private static final Instant LATER = START.plus(CHECK_AFTER);

  private final Random random = new Random(3);
  private final KadKey self = RandomPeers.key(random);
  private final RoutingTable table =
      new RoutingTable(self, 3, 2, CHECK_AFTER, DiversityConfig.DEFAULTS);

  @Test
  void theNearestOfAllKnownAreFoundForEveryTarget() {
    RoutingTable wide = new RoutingTable(self, 20, 0, CHECK_AFTER, DiversityConfig.DEFAULTS);
    List<Contact> known = new ArrayList<>();
    for (Contact contact : RandomPeers.contacts(500, random)) {
      wide.onAnswer(contact, NO_GROUP, START);
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
    RoutingTable own = new RoutingTable(contact.key(), 3, 2, CHECK_AFTER, DiversityConfig.DEFAULTS);

    assertThat(own.wants(contact)).isFalse();
    assertThat(own.onAnswer(contact, NO_GROUP, START)).isEmpty();
    own.onHeard(contact, START);
    own.onFailure(contact);
    own.remove(contact);

    assertThat(own.size()).isZero();
  }

  @Test
  void aFullBucketKeepsItsPeersAndLetsNewcomersWait() {
    List<Contact> old = fill(0);
    Contact newcomer = RandomPeers.sharing(self, 0, random);

    assertThat(table.onAnswer(newcomer, NO_GROUP, START.plusSeconds(1))).isEmpty();

    assertThat(table.contains(newcomer)).isFalse();
    assertThat(table.closest(self, 10)).containsExactlyInAnyOrderElementsOf(old);
  }

  @Test
  void theOneHeardLongestAgoHasToBeCheckedForANewcomer() {
    List<Contact> old = fill(0);
    table.onAnswer(old.get(0), NO_GROUP, START.plusSeconds(60));

    assertThat(table.onAnswer(RandomPeers.sharing(self, 0, random), NO_GROUP, LATER))
        .hasValue(old.get(1));
  }

  @Test
  void aCheckedPeerThatAnswersStaysAndTheNextOneIsChecked() {
    List<Contact> old = fill(0);
    Contact newcomer = RandomPeers.sharing(self, 0, random);
    table.onAnswer(newcomer, NO_GROUP, LATER);
    table.onAnswer(old.get(0), NO_GROUP, LATER);

    assertThat(table.contains(old.get(0))).isTrue();
    assertThat(table.contains(newcomer)).isFalse();
    assertThat(table.onAnswer(newcomer, NO_GROUP, LATER)).hasValue(old.get(1));
  }

  @Test
  void aCheckedPeerThatFailsGivesItsPlaceToTheOneWhoWaits() {
    List<Contact> old = fill(0);
    Contact newcomer = RandomPeers.sharing(self, 0, random);
    table.onAnswer(newcomer, NO_GROUP, LATER);

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
      table.onAnswer(newcomers.get(i), NO_GROUP, START.plusSeconds(i));
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

    table.onAnswer(old.get(1), NO_GROUP, LATER);
    assertThat(table.contains(old.get(1))).isTrue();
  }

  @Test
  void aPeerThatFailedMakesRoomForANewcomer() {
    List<Contact> old = fill(5);
    table.onFailure(old.get(1));
    Contact newcomer = RandomPeers.sharing(self, 5, random);

    assertThat(table.onAnswer(newcomer, NO_GROUP, START)).isEmpty();

    assertThat(table.closest(self, 10)).containsExactlyInAnyOrder(old.get(0), old.get(2), newcomer);
  }

  @Test
  void twoFailuresInARowLoseThePlace() {
    List<Contact> old = fill(5);
    table.onFailure(old.get(0));
    table.onAnswer(old.get(0), NO_GROUP, START);
    table.onFailure(old.get(0));
    assertThat(table.unheardSince(Instant.MIN)).containsExactly(old.get(0));
    table.onFailure(old.get(0));

    assertThat(table.unheardSince(Instant.MIN)).isEmpty();
  }

  @Test
  void aPeerThatServesNoLongerIsGone() {
    List<Contact> old = fill(0);
    Contact newcomer = RandomPeers.sharing(self, 0, random);
    table.onAnswer(newcomer, NO_GROUP, START);

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
    table.onAnswer(RandomPeers.sharing(self, 4, random), NO_GROUP, START);
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
    table.onAnswer(RandomPeers.sharing(self, 0, random), NO_GROUP, START);
    table.onAnswer(RandomPeers.sharing(self, 0, random), NO_GROUP, START);

    assertThat(table.wants(RandomPeers.sharing(self, 0, random))).isFalse();
    assertThat(table.wants(RandomPeers.sharing(self, 1, random))).isTrue();
  }

  private List<Contact> fill(int index) {
    List<Contact> contacts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      contacts.add(RandomPeers.sharing(self, index, random));
      table.onAnswer(contacts.get(i), NO_GROUP, START);
    }
    return contacts;
  }

  @Test
  void ofOneAddressRangeTwoHaveAPlaceInABucketAndThreeInTheTable() {
    RoutingTable wide = new RoutingTable(self, 20, 2, CHECK_AFTER, DiversityConfig.DEFAULTS);
    Optional<IpGroup> group = Optional.of(new IpGroup(false, 0x0102));
    Optional<IpGroup> another = Optional.of(new IpGroup(false, 0x0103));
    for (int bits = 0; bits < 4; bits++) {
      for (int i = 0; i < 5; i++) {
        wide.onAnswer(RandomPeers.sharing(self, bits, random), group, START);
      }
    }
    assertThat(wide.size()).isEqualTo(3);
    assertThat(wide.closest(self, 20))
        .extracting(contact -> self.commonPrefix(contact.key()))
        .containsExactly(1, 0, 0);

    wide.onAnswer(RandomPeers.sharing(self, 0, random), another, START);
    for (int i = 0; i < 10; i++) {
      wide.onAnswer(RandomPeers.sharing(self, 0, random), NO_GROUP, START);
    }
    assertThat(wide.size()).isEqualTo(14);
  }

  @Test
  void aPlaceThatIsGivenUpMayBeTakenByAnotherOfItsRange() {
    Optional<IpGroup> group = Optional.of(new IpGroup(true, 0x20010db8));
    List<Contact> peers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      peers.add(RandomPeers.sharing(self, 0, random));
      table.onAnswer(peers.get(i), group, START);
    }
    assertThat(table.contains(peers.get(2))).isFalse();

    table.remove(peers.get(0));
    table.onAnswer(peers.get(2), group, START);
    assertThat(table.contains(peers.get(2))).isTrue();
    table.onAnswer(peers.get(1), group, LATER);
    assertThat(table.size()).isEqualTo(2);
  }

  @Test
  void whoWaitsIsPassedOverWhereItsRangeHasItsPlacesByNow() {
    Optional<IpGroup> group = Optional.of(new IpGroup(false, 0x0102));
    List<Contact> full = fill(0);
    Contact first = RandomPeers.sharing(self, 0, random);
    Contact grouped = RandomPeers.sharing(self, 0, random);
    table.onAnswer(first, NO_GROUP, START);
    table.onAnswer(grouped, group, START);
    for (int bits = 1; bits < 3; bits++) {
      table.onAnswer(RandomPeers.sharing(self, bits, random), group, START);
      table.onAnswer(RandomPeers.sharing(self, bits, random), group, START);
    }

    table.onFailure(full.get(0));

    assertThat(table.contains(grouped)).isFalse();
    assertThat(table.contains(first)).isTrue();
  }
}
