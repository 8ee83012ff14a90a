package io.echonet.dds.transport.kad;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClosestPeersTest {
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final ClosestPeers.Config CONFIG =
      new ClosestPeers.Config(20, 10, PATIENCE, 1000, 256);
  private static final Instant START = Instant.EPOCH;

  private final Random random = new Random(7);

  @Test
  void aWalkThatKnowsNobodyIsDoneAtOnce() {
    ClosestPeers walk = new ClosestPeers(RandomPeers.key(random), CONFIG, List.of());

    assertThat(walk.next(START)).isEqualTo(new ClosestPeers.Done());
    assertThat(walk.answered()).isEmpty();
  }

  @Test
  void theNearestAreAskedFirstAndNoMoreThanAlphaAtATime() {
    KadKey target = RandomPeers.key(random);
    List<Contact> seeds = RandomPeers.contacts(40, random);
    ClosestPeers walk = new ClosestPeers(target, CONFIG, seeds);

    assertThat(asked(walk, START)).isEqualTo(RandomPeers.nearest(seeds, target, 10));
    assertThat(walk.next(START)).isEqualTo(new ClosestPeers.AwaitUntil(START.plus(PATIENCE)));
  }

  @Test
  void anAnswerOrFailureFreesThePlaceOfOne() {
    KadKey target = RandomPeers.key(random);
    List<Contact> seeds = RandomPeers.contacts(40, random);
    List<Contact> inOrder = RandomPeers.nearest(seeds, target, 40);
    ClosestPeers walk = new ClosestPeers(target, CONFIG, seeds);
    asked(walk, START);

    walk.onAnswer(inOrder.get(3), List.of());
    assertThat(asked(walk, START)).containsExactly(inOrder.get(10));
    walk.onFailure(inOrder.get(5));
    assertThat(asked(walk, START)).containsExactly(inOrder.get(11));
  }

  @Test
  void itEndsWhenTheKNearestHaveAnsweredThoughOthersAreUnasked() {
    KadKey target = RandomPeers.key(random);
    List<Contact> seeds = RandomPeers.contacts(40, random);
    List<Contact> nearest = RandomPeers.nearest(seeds, target, 20);
    ClosestPeers walk = new ClosestPeers(target, CONFIG, seeds);

    Set<Contact> all = new HashSet<>();
    for (List<Contact> step = asked(walk, START); !step.isEmpty(); step = asked(walk, START)) {
      all.addAll(step);
      walk.onAnswer(step.get(0), List.of());
      step.stream().skip(1).forEach(contact -> walk.onAnswer(contact, List.of()));
    }

    assertThat(walk.next(START)).isEqualTo(new ClosestPeers.Done());
    assertThat(walk.answered()).isEqualTo(nearest);
    assertThat(all).containsExactlyInAnyOrderElementsOf(nearest);
  }

  @Test
  void aQuorumEndsItAsSoonAsThatManyOfTheNearestHaveAnswered() {
    KadKey target = RandomPeers.key(random);
    List<Contact> seeds = RandomPeers.contacts(40, random);
    List<Contact> inOrder = RandomPeers.nearest(seeds, target, 40);
    ClosestPeers walk = new ClosestPeers(target, CONFIG, seeds);
    asked(walk, START);
    walk.settleFor(3);

    walk.onAnswer(inOrder.get(0), List.of());
    walk.onAnswer(inOrder.get(2), List.of());
    walk.onAnswer(inOrder.get(7), List.of());
    assertThat(walk.next(START)).isNotEqualTo(new ClosestPeers.Done());
    walk.onAnswer(inOrder.get(1), List.of());

    assertThat(walk.next(START)).isEqualTo(new ClosestPeers.Done());
  }

  @Test
  void aPeerThatIsOverdueNeitherTakesAPlaceNorHoldsUpTheEnd() {
    KadKey target = RandomPeers.key(random);
    List<Contact> seeds = RandomPeers.contacts(21, random);
    List<Contact> inOrder = RandomPeers.nearest(seeds, target, 21);
    ClosestPeers walk = new ClosestPeers(target, CONFIG, seeds);
    Contact silent = inOrder.get(0);

    List<Contact> step = asked(walk, START);
    while (!step.isEmpty()) {
      step.stream().filter(c -> !c.equals(silent)).forEach(c -> walk.onAnswer(c, List.of()));
      step = asked(walk, START);
    }
    // Twenty have answered, yet the nearest of all may still.
    assertThat(walk.next(START)).isEqualTo(new ClosestPeers.AwaitUntil(START.plus(PATIENCE)));
    assertThat(walk.next(START.plus(PATIENCE))).isEqualTo(new ClosestPeers.Done());
    assertThat(walk.answered()).doesNotContain(silent).hasSize(20);
  }

  @Test
  void aLateAnswerStillCounts() {
    KadKey target = RandomPeers.key(random);
    Contact slow = RandomPeers.contact(random);
    Contact named = RandomPeers.contact(random);
    ClosestPeers walk = new ClosestPeers(target, CONFIG, List.of(slow));
    asked(walk, START);

    Instant late = START.plus(PATIENCE).plusSeconds(1);
    assertThat(walk.next(late)).isEqualTo(new ClosestPeers.AwaitUntil(Instant.MAX));
    assertThat(walk.onAnswer(slow, List.of(named))).containsExactly(named);
    assertThat(walk.next(late)).isEqualTo(new ClosestPeers.Ask(named));
    walk.onFailure(named);
    assertThat(walk.next(late)).isEqualTo(new ClosestPeers.Done());
    assertThat(walk.answered()).containsExactly(slow);
  }

  @Test
  void anAnswerNobodyIsWaitingForIsIgnored() {
    KadKey target = RandomPeers.key(random);
    List<Contact> seeds = RandomPeers.contacts(2, random);
    ClosestPeers walk = new ClosestPeers(target, CONFIG, seeds);
    Contact stranger = RandomPeers.contact(random);

    assertThat(walk.onAnswer(stranger, RandomPeers.contacts(3, random))).isEmpty();
    assertThat(walk.onAnswer(seeds.get(0), List.of())).isEmpty();
    assertThat(asked(walk, START)).hasSize(2);
    walk.onAnswer(seeds.get(0), List.of());
    assertThat(walk.onAnswer(seeds.get(0), List.of(stranger))).isEmpty();
    walk.onFailure(seeds.get(0));

    assertThat(walk.answered()).containsExactly(seeds.get(0));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void itFindsTheTrulyNearestOfARandomNetwork(long seed) {
    Random seeded = new Random(seed);
    Network network = new Network(300 + seeded.nextInt(700), seeded);
    KadKey target = RandomPeers.key(seeded);

    List<Contact> found = network.walk(target, Set.of(), CONFIG);

    assertThat(found).isEqualTo(RandomPeers.nearest(network.peers, target, 20));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void itFindsTheNearestThatAreAliveWhereAThirdIsDead(long seed) {
    Random seeded = new Random(seed);
    Network network = new Network(600, seeded);
    KadKey target = RandomPeers.key(seeded);
    List<Contact> shuffled = new ArrayList<>(network.peers);
    Collections.shuffle(shuffled, seeded);
    Set<Contact> dead = new HashSet<>(shuffled.subList(0, 200));

    List<Contact> found = network.walk(target, dead, CONFIG);

    // Those who answer know the dead as well and name them among their k nearest, so a few of the
    // living may be missed.
    List<Contact> alive = network.peers.stream().filter(c -> !dead.contains(c)).toList();
    List<Contact> nearest = RandomPeers.nearest(alive, target, 20);
    assertThat(found).doesNotContainAnyElementsOf(dead);
    assertThat(found).startsWith(nearest.subList(0, 8).toArray(Contact[]::new));
    assertThat(found.stream().filter(nearest::contains).count()).isGreaterThanOrEqualTo(13);
  }

  @Test
  void aNetworkSmallerThanKIsFoundWhole() {
    Network network = new Network(12, random);

    List<Contact> found = network.walk(RandomPeers.key(random), Set.of(), CONFIG);

    assertThat(found).containsExactlyInAnyOrderElementsOf(network.peers);
  }

  @Test
  void aLiarThatNamesManyIsHeardOutForKOnly() {
    KadKey target = RandomPeers.key(random);
    Contact liar = RandomPeers.contact(random);
    ClosestPeers walk = new ClosestPeers(target, CONFIG, List.of(liar));
    asked(walk, START);
    List<Contact> bogus = RandomPeers.contacts(10_000, random);

    List<Contact> admitted = walk.onAnswer(liar, bogus);

    assertThat(admitted).isEqualTo(RandomPeers.nearest(bogus, target, 20));
  }

  @Test
  void liarsThatAnswerForEverAreLeftAfterAsManyAsMayBeAsked() {
    ClosestPeers.Config small = new ClosestPeers.Config(20, 10, PATIENCE, 50, 100);
    KadKey target = RandomPeers.key(random);
    ClosestPeers walk = new ClosestPeers(target, small, RandomPeers.contacts(20, random));

    int count = 0;
    List<Contact> step = asked(walk, START);
    while (!step.isEmpty()) {
      count += step.size();
      // Each names ever nearer peers of its own making, so that the k nearest never have all
      // answered.
      for (Contact liar : step) {
        List<Contact> nearer = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
          nearer.add(new Contact(RandomPeers.contact(random).peer(), near(target, count)));
        }
        walk.onAnswer(liar, nearer);
      }
      step = asked(walk, START);
    }

    assertThat(count).isEqualTo(100);
    assertThat(walk.next(START)).isEqualTo(new ClosestPeers.Done());
  }

  @Test
  void theFarthestUnaskedAreForgottenFirst() {
    ClosestPeers.Config small = new ClosestPeers.Config(20, 1, PATIENCE, 30, 256);
    KadKey target = RandomPeers.key(random);
    List<Contact> first = RandomPeers.contacts(2, random);
    ClosestPeers walk = new ClosestPeers(target, small, first);
    List<Contact> named = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Contact contact = asked(walk, START).get(0);
      List<Contact> batch = RandomPeers.contacts(20, random);
      named.addAll(batch);
      walk.onAnswer(contact, batch);
      if (!first.contains(contact)) {
        named.remove(contact);
      }
    }

    List<Contact> rest = new ArrayList<>();
    for (List<Contact> step = asked(walk, START); !step.isEmpty(); step = asked(walk, START)) {
      rest.addAll(step);
      step.forEach(walk::onFailure);
    }

    assertThat(rest).hasSize(30);
    assertThat(rest.subList(0, 20)).isEqualTo(nearestOf(named, first, rest, target));
  }

  /** The nearest twenty of all that the walk could still have known. */
  private static List<Contact> nearestOf(
      List<Contact> named, List<Contact> first, List<Contact> rest, KadKey target) {
    List<Contact> all = new ArrayList<>(named);
    first.stream().filter(rest::contains).forEach(all::add);
    return RandomPeers.nearest(all, target, 20);
  }

  private KadKey near(KadKey target, int closeness) {
    KadKey noise = RandomPeers.key(random);
    return target.distance(noise.distance(noise.truncate(Math.min(closeness, 200))));
  }

  private static List<Contact> asked(ClosestPeers walk, Instant now) {
    List<Contact> asked = new ArrayList<>();
    while (walk.next(now) instanceof ClosestPeers.Ask ask) {
      asked.add(ask.contact());
    }
    return asked;
  }

  /** Peers that each know up to 20 others for every length of prefix, as Kademlia wants it. */
  private static final class Network {
    final List<Contact> peers;
    final Map<Contact, RoutingTable> tables = new HashMap<>();
    final Random random;

    Network(int size, Random random) {
      this.random = random;
      this.peers = RandomPeers.contacts(size, random);
      for (Contact peer : peers) {
        RoutingTable table =
            new RoutingTable(peer.key(), 20, 0, Duration.ofMinutes(10), DiversityConfig.DEFAULTS);
        List<Contact> others = new ArrayList<>(peers);
        Collections.shuffle(others, random);
        others.forEach(other -> table.onAnswer(other, Optional.empty(), START));
        tables.put(peer, table);
      }
    }

    List<Contact> walk(KadKey target, Set<Contact> dead, ClosestPeers.Config config) {
      RoutingTable own = table(peers.get(0));
      List<Contact> seeds = new ArrayList<>(own.closest(target, 20));
      seeds.add(peers.get(0));
      ClosestPeers walk = new ClosestPeers(target, config, seeds);
      Set<Contact> everAsked = new HashSet<>();
      List<Contact> waiting = new ArrayList<>();
      while (true) {
        for (Contact contact : asked(walk, START)) {
          assertThat(everAsked.add(contact)).as("asked once only").isTrue();
          waiting.add(contact);
        }
        assertThat(waiting.size()).isLessThanOrEqualTo(config.alpha());
        if (walk.next(START) instanceof ClosestPeers.Done) {
          return walk.answered();
        }
        Contact contact = waiting.remove(random.nextInt(waiting.size()));
        if (dead.contains(contact)) {
          walk.onFailure(contact);
        } else {
          walk.onAnswer(contact, table(contact).closest(target, 20));
        }
      }
    }

    private RoutingTable table(Contact contact) {
      RoutingTable table = tables.get(contact);
      if (table == null) {
        throw new AssertionError("no such peer: " + contact);
      }
      return table;
    }
  }
}
