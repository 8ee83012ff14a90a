package io.echonet.dds.transport.kad;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
  private final List<Entry> entries = new ArrayList<>();
  private List<Contact> answering = List.of();
  private final Deque<Entry> waiting = new ArrayDeque<>();

  private static final class Entry {
    final Contact contact;
    Instant heard;
    int failures;

    Entry(Contact contact, Instant heard) {
      this.contact = contact;
      this.heard = heard;
    }
  }

  Bucket(int k, int replacements, Duration checkAfter) {
    this.k = k;
    this.replacements = replacements;
    this.checkAfter = checkAfter;
  }

  /** As {@link RoutingTable#onAnswer}. */
  Optional<Contact> onAnswer(Contact contact, Instant now) {
    forgetWaiting(contact);
    Entry known = find(contact);
    if (known != null) {
      renew(known, now);
      return Optional.empty();
    }
    if (entries.size() == k && entries.get(0).failures > 0) {
      entries.remove(0);
    }
    if (entries.size() < k) {
      entries.add(new Entry(contact, now));
      changed();
      return Optional.empty();
    }
    Entry oldest = entries.get(0);
    waiting.addLast(new Entry(contact, now));
    if (waiting.size() > replacements) {
      waiting.removeFirst();
    }
    return oldest.heard.plus(checkAfter).isAfter(now)
        ? Optional.empty()
        : Optional.of(oldest.contact);
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
      entries.remove(known);
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
      entries.remove(known);
      promote();
      changed();
    }
  }

  /** Gives the free place to the one of those that wait who was heard last. */
  private void promote() {
    Entry next = waiting.pollLast();
    if (next == null) {
      return;
    }
    int place = 0;
    while (place < entries.size() && entries.get(place).heard.isBefore(next.heard)) {
      place++;
    }
    entries.add(place, next);
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
