package io.echonet.dds.keeping;

import io.echonet.dds.content.Cid;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Names of chunks at 8 bytes each, between 11 and 22 with the room to grow. It may say that it
 * contains one that it does not, once in 2^64 divided by its size. Not thread-safe.
 */
final class DigestSet {
  /*
   * A part of each digest in a table of open addressing. Where a name is taken for another, one chunk too many is kept.
   * Whoever makes chunks for that end gains no more than that, and can't make the places of many collide, as these come
   * from a random factor.
   */

  private static final int MIN_SLOTS = 16;

  private final long factor = ThreadLocalRandom.current().nextLong() | 1;
  private long[] slots = new long[MIN_SLOTS];
  private int size;
  private boolean holdsZero;

  /** Answers whether it is new. */
  boolean add(Cid cid) {
    return add(cid.prefix());
  }

  private boolean add(long prefix) {
    if (prefix == 0) {
      boolean isNew = !holdsZero;
      holdsZero = true;
      return isNew;
    }
    int slot = slotOf(prefix);
    if (slots[slot] == prefix) {
      return false;
    }
    slots[slot] = prefix;
    if (++size > slots.length / 4 * 3) {
      grow();
    }
    return true;
  }

  void addAll(DigestSet others) {
    holdsZero |= others.holdsZero;
    for (long prefix : others.slots) {
      if (prefix != 0) {
        add(prefix);
      }
    }
  }

  boolean contains(Cid cid) {
    long prefix = cid.prefix();
    return prefix == 0 ? holdsZero : slots[slotOf(prefix)] == prefix;
  }

  int size() {
    return size + (holdsZero ? 1 : 0);
  }

  /** Where it is, or where it belongs. */
  private int slotOf(long prefix) {
    int slot = (int) ((prefix * factor) >>> (64 - Integer.numberOfTrailingZeros(slots.length)));
    while (slots[slot] != 0 && slots[slot] != prefix) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }

  private void grow() {
    long[] old = slots;
    slots = new long[Math.multiplyExact(old.length, 2)];
    for (long prefix : old) {
      if (prefix != 0) {
        slots[slotOf(prefix)] = prefix;
      }
    }
  }
}
