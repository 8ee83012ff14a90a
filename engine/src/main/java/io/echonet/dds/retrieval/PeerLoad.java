package io.echonet.dds.retrieval;

import io.echonet.dds.content.Chunk;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What all retrievals of a node that are under way ask of one peer together, and how fast it
 * delivers. Thread-safe.
 */
final class PeerLoad {
  /*
   * The peer sends what this node asks of it in the order of the requests, whichever retrieval they are for. So what it is
   * given at once is counted here. A retrieval that has less than its share of that and may ask for nothing more waits in a
   * line; whatever ends makes room for the first in it, before those that have their share already. The first is woken, and
   * takes its place or gives it up.
   */

  private final PeerSpeed speed;
  private final Map<KnownPeer, Long> line = new LinkedHashMap<>();
  private long inLineSoFar;
  private int retrievals;
  private int requests;
  private long bytes;
  private double busyAbove = Integer.MAX_VALUE;
  private int busyInRow;
  private long busyAt;
  private long busyUntil;
  private long deliveredAt;

  /** The load of a peer of which nobody asks anything, and of which {@code speed} is known. */
  PeerLoad(PeerSpeed speed, long now) {
    this.speed = speed;
    this.busyAt = now;
    this.busyUntil = now;
    this.deliveredAt = now;
  }

  PeerSpeed speed() {
    return speed;
  }

  /** One more retrieval wants something and may ask the peer for it. */
  synchronized void join() {
    retrievals++;
  }

  /** Answers how many are left. */
  synchronized int leave(KnownPeer retrieval) {
    renounce(retrieval);
    return --retrievals;
  }

  /** Whether {@code retrieval}, with {@code own} requests, may add one where all have room. */
  synchronized boolean admits(KnownPeer retrieval, int own, int room) {
    int before = isBelowShare(own, room) ? before(retrieval) : line.size();
    return requests + before < room;
  }

  private boolean isBelowShare(int own, int room) {
    return own < share(room);
  }

  /** What one retrieval may have of {@code room} requests. */
  synchronized int share(int room) {
    return Math.max(1, room / Math.max(1, retrievals));
  }

  /** How many are before it in the line at most: those that have left are counted in the middle. */
  private int before(KnownPeer retrieval) {
    Long place = line.get(retrieval);
    return place == null ? line.size() : (int) (place - line.values().iterator().next());
  }

  /** Puts {@code retrieval} in the line, unless it has its share. */
  synchronized void await(KnownPeer retrieval, int own, int room) {
    if (!isBelowShare(own, room)) {
      renounce(retrieval);
    } else if (!line.containsKey(retrieval)) {
      line.put(retrieval, inLineSoFar++);
    }
  }

  /** Takes {@code retrieval} out of the line; the next may have what it was woken for. */
  synchronized void renounce(KnownPeer retrieval) {
    if (line.remove(retrieval) != null) {
      wakeFirst();
    }
  }

  private void wakeFirst() {
    if (!line.isEmpty()) {
      line.keySet().iterator().next().wake();
    }
  }

  /** What is to be delivered before anything that {@code retrieval} asks for now, in bytes. */
  synchronized long bytesBefore(KnownPeer retrieval) {
    return bytes + before(retrieval) * (long) Chunk.MAX_BYTES;
  }

  synchronized void begin(long length) {
    requests++;
    bytes += length;
  }

  synchronized void end(long length) {
    requests--;
    bytes -= length;
    wakeFirst();
  }

  synchronized boolean isInLine(KnownPeer retrieval) {
    return line.containsKey(retrieval);
  }

  /** When an answer last came, to whichever retrieval. */
  synchronized long deliveredAt() {
    return deliveredAt;
  }

  /** Notes that an answer has come. */
  synchronized void delivered(long now) {
    deliveredAt = now;
    busyInRow = 0;
    busyUntil = now;
    busyAbove += 1 / busyAbove;
  }

  /**
   * Notes that a request of {@code startedAt}, which has ended, was one too many.
   *
   * @param pause how long the peer is to be left alone the first time; doubled each time in a row
   */
  synchronized void busy(long startedAt, long pause, long now) {
    // What was asked for before the last time fails with it, and is no further one.
    if (startedAt - busyAt >= 0) {
      busyAbove = Math.max(1, Math.min(requests, busyAbove));
      busyUntil = now + (pause << Math.min(busyInRow++, KnownPeer.MAX_DOUBLINGS));
      busyAt = now;
    }
  }

  synchronized boolean isResting(long now) {
    return now - busyUntil < 0;
  }

  /** How many requests the peer takes at most, by what it has said. */
  synchronized int most() {
    return (int) busyAbove;
  }
}
