package io.echonet.dds.transport.kad;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * At most k peers, the one heard longest ago first, and a few that wait for a place. Old peers are
 * preferred: who has been there for long is likely to stay. Not thread-safe.
 */
final class Bucket {
  private static final int FAILURES_THAT_REMOVE = 2;

  private final int k;
  private final int replacements;
  private final Duration checkAfter;
  private final Diversity diversity;
  private final List<Entry> entries = new ArrayList<>();
  private List<Contact> answering = List.of();
  private final Deque<Entry> waiting = new ArrayDeque<>();

  private static final class Entry {
    final Contact contact;
    final Optional<IpGroup> group;
    Instant heard;
    int failures;

    Entry(Contact contact, Optional<IpGroup> group, Instant heard) {
      this.contact = contact;
      this.group = group;
      this.heard = heard;
    }
  }

  Bucket(int k, int replacements, Duration checkAfter, Diversity diversity) {
    this.k = k;
    this.replacements = replacements;
    this.checkAfter = checkAfter;
    this.diversity = diversity;
  }

  /** As {@link RoutingTable#onAnswer}. */
  Optional<Contact> onAnswer(Contact contact, Optional<IpGroup> group, Instant now) {
    forgetWaiting(contact);
    Entry known = find(contact);
    if (known != null) {
      renew(known, now);
      return Optional.empty();
    }
    Entry newcomer = new Entry(contact, group, now);
    if (!admits(newcomer)) {
      return Optional.empty();
    }
    if (entries.size() == k && entries.get(0).failures > 0) {
      giveUp(entries.get(0));
    }
    if (entries.size() < k) {
      place(entries.size(), newcomer);
      changed();
      return Optional.empty();
    }
    Entry oldest = entries.get(0);
    waiting.addLast(newcomer);
    if (waiting.size() > replacements) {
      waiting.removeFirst();
    }
    return oldest.heard.plus(checkAfter).isAfter(now)
        ? Optional.empty()
        : Optional.of(oldest.contact);
  }

  private boolean admits(Entry entry) {
    long alike = entries.stream().filter(other -> other.group.equals(entry.group)).count();
    return diversity.admits(entry.group, alike);
  }

  private void place(int index, Entry entry) {
    entries.add(index, entry);
    diversity.add(entry.group);
  }

  private void giveUp(Entry entry) {
    entries.remove(entry);
    diversity.remove(entry.group);
  }

  void onHeard(Contact contact, Instant now) {
    Entry known = find(contact);
    if (known != null && known.failures == 0) {
      renew(known, now);
    }
  }

  private void renew(Entry entry, Instant now) {
    entries.remove(entry);
    entry.heard = now;
    boolean isBack = entry.failures > 0;
    entry.failures = 0;
    entries.add(entry);
    if (isBack) {
      changed();
    }
  }

  void onFailure(Contact contact) {
    forgetWaiting(contact);
    Entry known = find(contact);
    if (known == null) {
      return;
    }
    if (++known.failures >= FAILURES_THAT_REMOVE || !waiting.isEmpty()) {
      giveUp(known);
      promote();
    } else {
      // To the front, so that the next newcomer takes its place.
      entries.remove(known);
      entries.add(0, known);
    }
    changed();
  }

  void remove(Contact contact) {
    forgetWaiting(contact);
    Entry known = find(contact);
    if (known != null) {
      giveUp(known);
      promote();
      changed();
    }
  }

  /** Gives the free place to the one of those that wait and may have it who was heard last. */
  private void promote() {
    Iterator<Entry> lastFirst = waiting.descendingIterator();
    while (lastFirst.hasNext()) {
      Entry next = lastFirst.next();
      if (admits(next)) {
        lastFirst.remove();
        int index = 0;
        while (index < entries.size() && entries.get(index).heard.isBefore(next.heard)) {
          index++;
        }
        place(index, next);
        return;
      }
    }
  }

  private void forgetWaiting(Contact contact) {
    waiting.removeIf(entry -> entry.contact.equals(contact));
  }

  boolean wants(Contact contact) {
    return find(contact) != null || entries.size() < k || waiting.size() < replacements;
  }

  /** Those that answered when last asked. */
  List<Contact> answering() {
    return answering;
  }

  /** Asked for far more often than anything changes. */
  private void changed() {
    answering =
        entries.stream().filter(entry -> entry.failures == 0).map(entry -> entry.contact).toList();
  }

  List<Contact> unheardSince(Instant time) {
    return entries.stream()
        .filter(entry -> entry.failures > 0 || entry.heard.isBefore(time))
        .map(entry -> entry.contact)
        .toList();
  }

  private @Nullable Entry find(Contact contact) {
    for (Entry entry : entries) {
      if (entry.contact.equals(contact)) {
        return entry;
      }
    }
    return null;
  }
}
