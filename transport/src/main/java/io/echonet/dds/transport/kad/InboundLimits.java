package io.echonet.dds.transport.kad;

import io.echonet.dds.transport.PeerId;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much others may ask of this node: streams at a time, in all and by peer, and requests a
 * second by peer.
 *
 * <p>Thread-safe by its monitor, which is held for microseconds and never across a call elsewhere.
 */
final class InboundLimits {
  private final InboundConfig config;
  private final Map<PeerId, Guest> guests = new LinkedHashMap<>();
  private int streams;

  private static final class Guest {
    int streams;
    double allowance;
    Instant counted;

    Guest(double allowance, Instant counted) {
      this.allowance = allowance;
      this.counted = counted;
    }
  }

  InboundLimits(InboundConfig config) {
    this.config = config;
  }

  /** Whether {@code peer} may open another stream; if so, {@link #leave} has to follow. */
  synchronized boolean enter(PeerId peer, Instant now) {
    Guest guest = guests.get(peer);
    if (streams >= config.maxStreams()
        || (guest != null && guest.streams >= config.maxStreamsPerPeer())) {
      return false;
    }
    if (guest == null) {
      forgetOne();
      guest = new Guest(config.burst(), now);
      guests.put(peer, guest);
    }
    guest.streams++;
    streams++;
    return true;
  }

  synchronized void leave(PeerId peer) {
    Guest guest = guests.get(peer);
    if (guest != null && guest.streams > 0) {
      guest.streams--;
      streams--;
    }
  }

  /** Counts a request of {@code peer}, and says how long to let it wait for exceeding its rate. */
  synchronized Duration count(PeerId peer, Instant now) {
    Guest guest = guests.get(peer);
    if (guest == null) {
      return Duration.ZERO;
    }
    double seconds = Math.max(0, Duration.between(guest.counted, now).toNanos() / 1e9);
    guest.allowance =
        Math.min(config.burst(), guest.allowance + seconds * config.requestsPerSecond()) - 1;
    guest.counted = now;
    return guest.allowance >= 0
        ? Duration.ZERO
        : Duration.ofNanos((long) (-guest.allowance / config.requestsPerSecond() * 1e9));
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
      if (oldestFirst.next().streams == 0) {
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
