package io.echonet.dds.transport.kad;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The walk towards a key: which peer to ask next, and when to stop (kad-dht specification, "Peer
 * routing"). Pure: told what happened and what time it is, it answers what to do.
 */
final class ClosestPeers {
  /*
   * A peer is NEW until asked, ASKED until it answers or fails, OVERDUE where it has neither after config.patience. One
   * that is overdue no longer takes one of the alpha places and no longer holds up the end, but its answer is still
   * welcome; so a peer behind a silent firewall costs the walk a few seconds, not the whole query timeout.
   *
   * The walk ends when the nearest `results` peers that are neither failed nor overdue have answered, or when there is
   * nobody left to ask or to wait for. Everything is bounded: a peer may name k others, a walk knows at most
   * config.maxCandidates peers that it has not asked, the farthest being forgotten first, and asks at most
   * config.maxAsked. No peer is asked twice, because a peer that was asked is never forgotten.
   */

  private final KadKey target;
  private final Config config;
  private final TreeMap<KadKey, Candidate> byDistance;
  private final Map<Contact, Candidate> asked = new HashMap<>();
  private int results;
  private int waiting;
  private int overdue;
  private int unasked;

  /**
   * What bounds a walk.
   *
   * @param k how many peers are looked for, and how many one answer may name
   * @param alpha how many are asked at a time
   * @param patience after how long a peer that was asked is overdue
   */
  record Config(int k, int alpha, Duration patience, int maxCandidates, int maxAsked) {}

  /** What to do now. */
  sealed interface Step {}

  /** Ask this peer, then call {@link #next} again. */
  record Ask(Contact contact) implements Step {}

  /** Wait for an answer or failure, but no longer than until then. */
  record AwaitUntil(Instant time) implements Step {}

  /** The walk has ended. */
  record Done() implements Step {}

  private enum State {
    NEW,
    ASKED,
    OVERDUE,
    ANSWERED,
    FAILED
  }

  private static final class Candidate {
    final Contact contact;
    State state = State.NEW;
    Instant deadline = Instant.MAX;
    final int hops;

    Candidate(Contact contact, int hops) {
      this.contact = contact;
      this.hops = hops;
    }
  }

  ClosestPeers(KadKey target, Config config, Collection<Contact> seeds) {
    this.target = target;
    this.config = config;
    this.byDistance = new TreeMap<>();
    this.results = config.k();
    seeds.forEach(seed -> admit(seed, 1));
  }

  /**
   * What to do at {@code now}. After {@link Ask} to be called again until it answers something
   * else.
   */
  Step next(Instant now) {
    expire(now);
    if (isSettled()) {
      return new Done();
    }
    if (waiting < config.alpha()
        && overdue < 2 * config.alpha()
        && asked.size() < config.maxAsked()) {
      Candidate nearest = nearestNew();
      if (nearest != null) {
        return ask(nearest, now);
      }
    }
    return waiting + overdue == 0 ? new Done() : new AwaitUntil(nextDeadline());
  }

  private Ask ask(Candidate candidate, Instant now) {
    candidate.state = State.ASKED;
    candidate.deadline = now.plus(config.patience());
    asked.put(candidate.contact, candidate);
    waiting++;
    unasked--;
    return new Ask(candidate.contact);
  }

  /**
   * {@code contact} has answered, naming {@code closer}.
   *
   * @return the peers the walk did not know and may ask; empty where no answer was due
   */
  List<Contact> onAnswer(Contact contact, Collection<Contact> closer) {
    if (!settle(contact, State.ANSWERED)) {
      return List.of();
    }
    int hops = hopsTo(contact) + 1;
    return closer.stream()
        .sorted(Comparator.comparing(Contact::key, target::compareDistances))
        .limit(config.k())
        .filter(named -> admit(named, hops))
        .toList();
  }

  private int hopsTo(Contact contact) {
    Candidate candidate = asked.get(contact);
    return candidate == null ? 0 : candidate.hops;
  }

  /** {@code contact} could not be asked, or did not answer as it should. */
  void onFailure(Contact contact) {
    settle(contact, State.FAILED);
  }

  /** Ends the walk as soon as this many of the nearest peers have answered; no more than k. */
  void settleFor(int count) {
    results = Math.min(results, count);
  }

  /** The peers that have answered, nearest first, at most k. */
  List<Contact> answered() {
    return byDistance.values().stream()
        .filter(candidate -> candidate.state == State.ANSWERED)
        .limit(config.k())
        .map(candidate -> candidate.contact)
        .toList();
  }

  /** How many peers led one to another up to the last found of {@link #answered}; 0 for none. */
  int hops() {
    return byDistance.values().stream()
        .filter(candidate -> candidate.state == State.ANSWERED)
        .limit(config.k())
        .mapToInt(candidate -> candidate.hops)
        .max()
        .orElse(0);
  }

  private boolean admit(Contact contact, int hops) {
    KadKey distance = target.distance(contact.key());
    if (byDistance.containsKey(distance)) {
      return false;
    }
    byDistance.put(distance, new Candidate(contact, hops));
    if (++unasked <= config.maxCandidates()) {
      return true;
    }
    Candidate farthest = farthestNew();
    byDistance.remove(target.distance(farthest.contact.key()));
    unasked--;
    return !farthest.contact.equals(contact);
  }

  private boolean settle(Contact contact, State end) {
    Candidate candidate = asked.get(contact);
    if (candidate == null || candidate.state == State.ANSWERED || candidate.state == State.FAILED) {
      return false;
    }
    if (candidate.state == State.OVERDUE) {
      overdue--;
    } else {
      waiting--;
    }
    candidate.state = end;
    return true;
  }

  private void expire(Instant now) {
    for (Candidate candidate : asked.values()) {
      if (candidate.state == State.ASKED && !now.isBefore(candidate.deadline)) {
        candidate.state = State.OVERDUE;
        waiting--;
        overdue++;
      }
    }
  }

  private boolean isSettled() {
    int found = 0;
    for (Candidate candidate : byDistance.values()) {
      if (candidate.state == State.NEW || candidate.state == State.ASKED) {
        return false;
      }
      if (candidate.state == State.ANSWERED && ++found == results) {
        return true;
      }
    }
    return false;
  }

  private @Nullable Candidate nearestNew() {
    for (Candidate candidate : byDistance.values()) {
      if (candidate.state == State.NEW) {
        return candidate;
      }
    }
    return null;
  }

  private Candidate farthestNew() {
    for (Candidate candidate : byDistance.descendingMap().values()) {
      if (candidate.state == State.NEW) {
        return candidate;
      }
    }
    throw new IllegalStateException("none of " + byDistance.size() + " candidates is new");
  }

  /** When the next peer becomes overdue; the end of time where only overdue ones are waited for. */
  private Instant nextDeadline() {
    return asked.values().stream()
        .filter(candidate -> candidate.state == State.ASKED)
        .map(candidate -> candidate.deadline)
        .min(Comparator.naturalOrder())
        .orElse(Instant.MAX);
  }
}
