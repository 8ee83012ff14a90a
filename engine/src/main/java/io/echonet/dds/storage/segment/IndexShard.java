package io.echonet.dds.storage.segment;

import io.echonet.dds.content.Cid;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A part of the index. Safe for use by many threads; nobody waits for more than a rehash. */
final class IndexShard {
  /*
   * Entries of 48 bytes lie in slabs, which never move or shrink, so growing copies nothing but the table, which is at
   * least three eighths full: 4 bytes a slot, so at most 10.7 an entry, 59 in all. The slot of an entry never changes,
   * which lets a walk go on beside changes. Free slots are a list threaded through their last words.
   *
   * Anyone may choose what is stored, so which slots of the table a digest tries depends on a secret.
   */

  static final int SLAB_ENTRIES = 256;

  private static final int LONGS = 6;
  private static final int LOCATION = 4;
  private static final int META = 5;
  private static final int LENGTH_SHIFT = 32;
  private static final int NONE = -1;

  private final long secret;
  private long[][] slabs = new long[4][];
  private int usedSlots;
  private int free = NONE;
  private int[] table = new int[16];
  private int count;
  private long bytes;

  IndexShard(long secret) {
    this.secret = secret;
  }

  synchronized @Nullable IndexEntry find(Cid cid) {
    int at = position(words(cid));
    return table[at] == 0 ? null : entry(table[at] - 1);
  }

  /** Answers what was there before. */
  synchronized @Nullable IndexEntry put(Cid cid, IndexEntry entry) {
    long[] digest = words(cid);
    int at = position(digest);
    IndexEntry before = null;
    if (table[at] == 0) {
      if ((count + 1) * 4L > table.length * 3L) {
        grow();
        at = position(digest);
      }
      table[at] = takeSlot() + 1;
      count++;
    } else {
      before = entry(table[at] - 1);
      bytes -= before.length();
    }
    write(table[at] - 1, digest, entry);
    bytes += entry.length();
    return before;
  }

  /** Answers what was there before. */
  synchronized @Nullable IndexEntry remove(Cid cid) {
    int at = position(words(cid));
    if (table[at] == 0) {
      return null;
    }
    int slot = table[at] - 1;
    IndexEntry before = entry(slot);
    closeGap(at);
    slab(slot)[base(slot) + META] = -2L - free;
    free = slot;
    count--;
    bytes -= before.length();
    return before;
  }

  synchronized long count() {
    return count;
  }

  synchronized long bytes() {
    return bytes;
  }

  synchronized int slabCount() {
    return (usedSlots + SLAB_ENTRIES - 1) / SLAB_ENTRIES;
  }

  /** What is in the slab of that number now. */
  synchronized void forEach(int slabNumber, BiConsumer<Cid, IndexEntry> action) {
    int end = Math.min(usedSlots, (slabNumber + 1) * SLAB_ENTRIES);
    for (int slot = slabNumber * SLAB_ENTRIES; slot < end; slot++) {
      if (slab(slot)[base(slot) + META] >= 0) {
        action.accept(cid(slot), entry(slot));
      }
    }
  }

  private int takeSlot() {
    if (free != NONE) {
      int slot = free;
      free = (int) (-2L - slab(slot)[base(slot) + META]);
      return slot;
    }
    int number = usedSlots / SLAB_ENTRIES;
    if (number == slabs.length) {
      slabs = Arrays.copyOf(slabs, number + (number >> 1));
    }
    if (slabs[number] == null) {
      slabs[number] = new long[SLAB_ENTRIES * LONGS];
    }
    return usedSlots++;
  }

  private void write(int slot, long[] digest, IndexEntry entry) {
    long[] slab = slab(slot);
    int base = base(slot);
    System.arraycopy(digest, 0, slab, base, digest.length);
    slab[base + LOCATION] = (long) entry.segment() << 32 | entry.offset() / SegmentRecord.ALIGNMENT;
    slab[base + META] = (long) entry.length() << LENGTH_SHIFT | entry.holdings();
  }

  private IndexEntry entry(int slot) {
    long[] slab = slab(slot);
    long location = slab[base(slot) + LOCATION];
    long meta = slab[base(slot) + META];
    return new IndexEntry(
        (int) (location >>> 32),
        (location & 0xffff_ffffL) * SegmentRecord.ALIGNMENT,
        (int) (meta >>> LENGTH_SHIFT),
        (int) meta);
  }

  private Cid cid(int slot) {
    ByteBuffer digest = ByteBuffer.allocate(Cid.DIGEST_BYTES);
    digest.asLongBuffer().put(slab(slot), base(slot), LOCATION);
    return Cid.of(digest.array());
  }

  private static long[] words(Cid cid) {
    long[] words = new long[LOCATION];
    ByteBuffer.wrap(cid.digest()).asLongBuffer().get(words);
    return words;
  }

  private long[] slab(int slot) {
    return slabs[slot / SLAB_ENTRIES];
  }

  private static int base(int slot) {
    return slot % SLAB_ENTRIES * LONGS;
  }

  /** Where in the table {@code digest} is, or would be. */
  private int position(long[] digest) {
    int mask = table.length - 1;
    int at = hash(digest[0]) & mask;
    while (table[at] != 0 && !holds(table[at] - 1, digest)) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private boolean holds(int slot, long[] digest) {
    int base = base(slot);
    return Arrays.equals(slab(slot), base, base + LOCATION, digest, 0, LOCATION);
  }

  private int hash(long word) {
    long hash = word ^ secret;
    hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
    hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
    return (int) (hash ^ hash >>> 33);
  }

  private int home(int at) {
    int slot = table[at] - 1;
    return hash(slab(slot)[base(slot)]) & (table.length - 1);
  }

  /** Empties a slot of the table, and moves up those that were put past it. */
  private void closeGap(int gap) {
    int mask = table.length - 1;
    int hole = gap;
    for (int at = (gap + 1) & mask; table[at] != 0; at = (at + 1) & mask) {
      if (((at - home(at)) & mask) >= ((at - hole) & mask)) {
        table[hole] = table[at];
        hole = at;
      }
    }
    table[hole] = 0;
  }

  private void grow() {
    int[] before = table;
    table = new int[before.length * 2];
    int mask = table.length - 1;
    for (int slot : before) {
      if (slot != 0) {
        int at = hash(slab(slot - 1)[base(slot - 1)]) & mask;
        while (table[at] != 0) {
          at = (at + 1) & mask;
        }
        table[at] = slot;
      }
    }
  }
}
