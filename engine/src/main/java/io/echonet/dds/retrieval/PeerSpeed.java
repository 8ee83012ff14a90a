package io.echonet.dds.retrieval;

import io.echonet.dds.content.Chunk;
import java.time.Duration;

/**
 * How fast a peer delivers, by what it has delivered to this node so far. Times are nanoseconds,
 * rates bytes per nanosecond. Thread-safe.
 */
final class PeerSpeed {
  /*
   * The rate of a delivery is what came of the peer while the request was under way, over the time that it was: so it
   * does not matter whether chunks come one after another or side by side. The best rate of late is what the peer and
   * the way to it can do; others may have had too little to do to show it. The shortest time of late is what a
   * chunk takes when nothing is before it. A request takes that and the time of the bytes before it; how much longer requests
   * really take, on average, is the measure of being late.
   */

  private static final long SHORTEST_GENERATION = Duration.ofMillis(500).toNanos();
  private static final int GENERATION_LATENCIES = 10;
  private static final long LATENCY_PERIOD = Duration.ofSeconds(10).toNanos();

  /** A route that became longer is believed by so much a period. */
  private static final double LATENCY_DRIFT = 1.25;

  private static final double QUEUE = 2;
  private static final double GROWTH = 4;

  /** A rate that has risen by so much is still growing, and one that has not for so long is not. */
  private static final double RISE = 1.25;

  private static final int GROWING_LATENCIES = 3;

  private static final double NEWEST_WEIGHT = 0.125;

  /** Smaller answers, as manifests may be, say nothing of what a chunk takes. */
  private static final int TELLING_BYTES = 64 * 1024;

  private long received;
  private double bestRate;
  private double bestRateBefore;
  private long generationBegan;
  private long latency;
  private long shortestOfPeriod = Long.MAX_VALUE;
  private long periodBegan;
  private double usualDelay;
  private boolean isGrowing = true;
  private double risenTo;
  private long risenAt;

  PeerSpeed() {}

  /** Begins with what was known of the peer another time. */
  PeerSpeed(Remembered remembered, long now) {
    bestRate = remembered.rate();
    latency = remembered.latency();
    generationBegan = now;
    periodBegan = now;
  }

  /** What is worth knowing another time. */
  record Remembered(double rate, long latency) {}

  synchronized Remembered remembered() {
    return new Remembered(rate(), latency);
  }

  /** Whether it has delivered enough to be judged by. */
  synchronized boolean isKnown() {
    return rate() > 0;
  }

  /** All bytes that have come so far. */
  synchronized long received() {
    return received;
  }

  private double rate() {
    return Math.max(bestRate, bestRateBefore);
  }

  /** How long a chunk takes behind {@code bytesBefore}, where its speed is known. */
  synchronized long expected(long bytesBefore) {
    // A peer that has become slow shows that in its rate long before its shortest time is
    // forgotten.
    long own = Math.max(latency, (long) (Chunk.MAX_BYTES / rate()));
    return own + (long) (bytesBefore / rate());
  }

  /** How much of it comes within {@code time}, in bytes. */
  synchronized long within(Duration time) {
    return (long) (rate() * time.toNanos());
  }

  /** How much longer than expected answers usually take. */
  synchronized long usualDelay() {
    return (long) usualDelay;
  }

  /**
   * What it is worth asking for at once, in bytes: twice bandwidth × delay, so that as much waits
   * there as is on its way, and more for as long as asking for more makes it deliver more.
   */
  synchronized long worthAsking() {
    return (long) ((isGrowing ? GROWTH : QUEUE) * rate() * latency);
  }

  /** The same as if it grew no more. */
  synchronized long worthKeeping() {
    return (long) (QUEUE * rate() * latency);
  }

  /**
   * Learns that {@code bytes} came that were asked for at {@code askedAt}, when {@code
   * receivedBefore} had come.
   *
   * @param expected how long that had been expected to take, or 0
   */
  synchronized void delivered(
      long bytes, long receivedBefore, long expected, long askedAt, long now) {
    received += bytes;
    long took = Math.max(1, now - askedAt);
    if (bytes >= TELLING_BYTES) {
      noteLatency(took, now);
      noteRate((double) (received - receivedBefore) / took, now);
    }
    if (expected > 0) {
      double delay = Math.max(0, took - expected);
      usualDelay += NEWEST_WEIGHT * (delay - usualDelay);
    }
  }

  private void noteLatency(long took, long now) {
    if (latency == 0) {
      latency = took;
      periodBegan = now;
    }
    latency = Math.min(latency, took);
    shortestOfPeriod = Math.min(shortestOfPeriod, took);
    if (now - periodBegan >= LATENCY_PERIOD) {
      latency = Math.min(shortestOfPeriod, (long) (LATENCY_DRIFT * latency));
      shortestOfPeriod = Long.MAX_VALUE;
      periodBegan = now;
    }
  }

  private void noteRate(double rate, long now) {
    if (bestRate == 0) {
      generationBegan = now;
    } else if (now - generationBegan
        >= Math.max(SHORTEST_GENERATION, GENERATION_LATENCIES * latency)) {
      bestRateBefore = bestRate;
      bestRate = 0;
      generationBegan = now;
    }
    bestRate = Math.max(bestRate, rate);
    if (bestRate > RISE * risenTo) {
      risenTo = bestRate;
      risenAt = now;
      isGrowing = true;
    } else if (now - risenAt > GROWING_LATENCIES * latency) {
      isGrowing = false;
      risenTo = bestRate;
    }
  }
}
