package io.echonet.dds.transport.kad;

import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.limits.TokenBucket;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How much others may ask of this node: streams at a time, in all and by peer, and requests a
 * second by peer. Where all places for streams are taken, the peer that has most gives way.
 *
 * <p>Thread-safe by its monitor, which is held for microseconds and never across a call elsewhere.
 */
final class InboundLimits {
  private final InboundConfig config;
  private final Map<PeerId, Guest> guests = new LinkedHashMap<>();
  private int streams;

  private static final class Guest {
    /** The one not heard of longest comes first. */
    final Set<Place> places = new LinkedHashSet<>();

    final TokenBucket requests;

    Guest(TokenBucket requests) {
      this.requests = requests;
    }
  }

  /** What a stream takes of the limits, until it is left or given to another. */
  static final class Place {
    private final Guest guest;
    private final Runnable reset;
    private Instant heard;

    private Place(Guest guest, Runnable reset, Instant now) {
      this.guest = guest;
      this.reset = reset;
      this.heard = now;
    }
  }

  InboundLimits(InboundConfig config) {
    this.config = config;
  }

  /**
   * A place for another stream of {@code peer}, after which {@link #leave} has to follow; none
   * where it has too many.
   *
   * @param reset ends the stream; called where its place was given to another
   */
  Optional<Place> enter(PeerId peer, Runnable reset, Instant now) {
    Optional<Place> displaced;
    Place place;
    synchronized (this) {
      Guest guest = guest(peer, now);
      if (guest.places.size() >= config.maxStreamsPerPeer()) {
        return Optional.empty();
      }
      displaced = streams < config.maxStreams() ? Optional.empty() : idlestOfTheLargest(guest);
      displaced.ifPresent(this::leave);
      place = new Place(guest, reset, now);
      guest.places.add(place);
      streams++;
    }
    displaced.ifPresent(other -> other.reset.run());
    return Optional.of(place);
  }

  private Guest guest(PeerId peer, Instant now) {
    Guest known = guests.get(peer);
    if (known != null) {
      return known;
    }
    forgetOne();
    Guest guest =
        new Guest(new TokenBucket(config.requestsPerSecond(), config.burst(), nanos(now)));
    guests.put(peer, guest);
    return guest;
  }

  /**
   * What is to give way to {@code newcomer}: whoever has most cannot push others out, and whoever
   * has few loses a stream only where all others have as few.
   */
  private Optional<Place> idlestOfTheLargest(Guest newcomer) {
    return guests.values().stream()
        .filter(guest -> !guest.places.isEmpty())
        .max(
            Comparator.<Guest>comparingInt(guest -> guest.places.size())
                .thenComparing(guest -> guest == newcomer)
                .thenComparing(guest -> idlest(guest).heard, Comparator.reverseOrder()))
        .map(InboundLimits::idlest);
  }

  private static Place idlest(Guest guest) {
    return guest.places.iterator().next();
  }

  /** Idempotent. */
  synchronized void leave(Place place) {
    if (place.guest.places.remove(place)) {
      streams--;
    }
  }

  /** Counts a request on {@code place}, and says how long to let it wait for exceeding its rate. */
  synchronized Duration count(Place place, Instant now) {
    Guest guest = place.guest;
    if (guest.places.remove(place)) {
      place.heard = now;
      guest.places.add(place);
    }
    return guest.requests.takeInAdvance(nanos(now));
  }

  private static long nanos(Instant time) {
    return Duration.between(Instant.EPOCH, time).toNanos();
  }

  /**
   * Keeps the memory of who asked how much within bounds: who has no stream open and came first is
   * forgotten.
   */
  private void forgetOne() {
    if (guests.size() < 2 * config.maxStreams()) {
      return;
    }
    Iterator<Guest> oldestFirst = guests.values().iterator();
    while (oldestFirst.hasNext()) {
      if (oldestFirst.next().places.isEmpty()) {
        oldestFirst.remove();
        return;
      }
    }
  }

  /** How many peers are remembered. */
  synchronized int peers() {
    return guests.size();
  }

  /** How many streams are open. */
  synchronized int streams() {
    return streams;
  }
}
