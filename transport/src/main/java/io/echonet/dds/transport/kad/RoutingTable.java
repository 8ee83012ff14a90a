package io.echonet.dds.transport.kad;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The peers a node knows: a bucket of k for every length of prefix that a peer's key may share with
 * its own (kad-dht specification, "Kademlia routing table").
 *
 * <p>Thread-safe by its monitor, which is held for microseconds and never across a call elsewhere.
 */
final class RoutingTable {
  private final KadKey self;
  private final int k;
  private final Bucket[] buckets = new Bucket[KadKey.BITS];
  private final Instant[] walked = new Instant[KadKey.BITS];

  /**
   * @param k how many peers a bucket holds
   * @param replacements how many peers wait for a place in a full bucket
   * @param checkAfter how long a peer is trusted to be there after it was last heard
   * @param limits how many peers of one address range may have a place
   */
  RoutingTable(KadKey self, int k, int replacements, Duration checkAfter, DiversityConfig limits) {
    this.self = self;
    this.k = k;
    Diversity diversity = new Diversity(limits);
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] = new Bucket(k, replacements, checkAfter, diversity);
      walked[i] = Instant.EPOCH;
    }
  }

  /**
   * {@code contact}, who serves the protocol, has answered us.
   *
   * @param group where it was reached; of those in one, only a few get a place
   * @return a peer that has to be asked whether it is still there, because {@code contact} waits
   *     for its place
   */
  synchronized Optional<Contact> onAnswer(Contact contact, Optional<IpGroup> group, Instant now) {
    int index = self.commonPrefix(contact.key());
    return index == KadKey.BITS ? Optional.empty() : buckets[index].onAnswer(contact, group, now);
  }

  /**
   * {@code contact} was heard from, which keeps its place but gives none to a peer that has none.
   */
  synchronized void onHeard(Contact contact, Instant now) {
    int index = self.commonPrefix(contact.key());
    if (index < KadKey.BITS) {
      buckets[index].onHeard(contact, now);
    }
  }

  /**
   * {@code contact} did not answer. It is told to nobody until it answers again, and loses its
   * place at the second failure, or at the first where another peer waits for it.
   */
  synchronized void onFailure(Contact contact) {
    int index = self.commonPrefix(contact.key());
    if (index < KadKey.BITS) {
      buckets[index].onFailure(contact);
    }
  }

  /** {@code contact} serves the protocol no longer. */
  synchronized void remove(Contact contact) {
    int index = self.commonPrefix(contact.key());
    if (index < KadKey.BITS) {
      buckets[index].remove(contact);
    }
  }

  /** Whether {@code contact} has a place and answered when it was last asked. */
  synchronized boolean contains(Contact contact) {
    int index = self.commonPrefix(contact.key());
    return index < KadKey.BITS && buckets[index].answering().contains(contact);
  }

  /** Whether there would be a place for {@code contact}, or it has one. */
  synchronized boolean wants(Contact contact) {
    int index = self.commonPrefix(contact.key());
    return index < KadKey.BITS && buckets[index].wants(contact);
  }

  /** The {@code count} peers nearest to {@code target} that are known to answer, nearest first. */
  synchronized List<Contact> closest(KadKey target, int count) {
    int index = self.commonPrefix(target);
    List<Contact> found = new ArrayList<>();
    // Seen from the target, bucket `index` is nearest, all the deeper ones come next, then the
    // shallower one by one.
    if (index < KadKey.BITS) {
      addSorted(found, target, index, index + 1);
    }
    if (found.size() < count && index + 1 < KadKey.BITS) {
      addSorted(found, target, index + 1, KadKey.BITS);
    }
    for (int i = Math.min(index, KadKey.BITS) - 1; i >= 0 && found.size() < count; i--) {
      addSorted(found, target, i, i + 1);
    }
    return List.copyOf(found.subList(0, Math.min(count, found.size())));
  }

  private void addSorted(List<Contact> found, KadKey target, int from, int to) {
    List<Contact> group = new ArrayList<>();
    for (int i = from; i < to; i++) {
      group.addAll(buckets[i].answering());
    }
    group.sort(Comparator.comparing(Contact::key, target::compareDistances));
    found.addAll(group);
  }

  /** The peers last heard before {@code time}, and those that failed when last asked. */
  synchronized List<Contact> unheardSince(Instant time) {
    List<Contact> unheard = new ArrayList<>();
    for (Bucket bucket : buckets) {
      unheard.addAll(bucket.unheardSince(time));
    }
    return unheard;
  }

  /** A walk to {@code target} has ended, which refreshed the bucket it lies in. */
  synchronized void onWalk(KadKey target, Instant now) {
    int index = self.commonPrefix(target);
    if (index < KadKey.BITS) {
      walked[index] = now;
    }
  }

  /**
   * The buckets, up to the deepest that holds anybody, into which no walk led since {@code time}.
   */
  synchronized List<Integer> unwalkedSince(Instant time) {
    int deepest = buckets.length - 1;
    while (deepest >= 0 && buckets[deepest].answering().isEmpty()) {
      deepest--;
    }
    List<Integer> unwalked = new ArrayList<>();
    for (int i = 0; i <= deepest; i++) {
      if (walked[i].isBefore(time)) {
        unwalked.add(i);
      }
    }
    return unwalked;
  }

  /** How many peers have a place and answered when last asked. */
  synchronized int size() {
    int size = 0;
    for (Bucket bucket : buckets) {
      size += bucket.answering().size();
    }
    return size;
  }

  int k() {
    return k;
  }
}
