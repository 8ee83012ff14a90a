package io.echonet.dds.discovery;

import io.echonet.dds.content.Cid;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The CIDs that wait to be announced, each once, oldest first. Bounded; thread-safe. */
final class AnnounceQueue {
  private final int capacity;
  private final Set<Cid> waiting = new LinkedHashSet<>();
  private boolean overflowed;

  AnnounceQueue(int capacity) {
    this.capacity = capacity;
  }

  /** Adds {@code cid}, or notes that one was turned away. */
  synchronized void add(Cid cid) {
    if (waiting.size() < capacity) {
      waiting.add(cid);
    } else if (!waiting.contains(cid)) {
      overflowed = true;
    }
  }

  /** Takes up to {@code count} out. */
  synchronized List<Cid> take(int count) {
    List<Cid> taken = new ArrayList<>(Math.min(count, waiting.size()));
    Iterator<Cid> oldest = waiting.iterator();
    while (taken.size() < count && oldest.hasNext()) {
      taken.add(oldest.next());
      oldest.remove();
    }
    return taken;
  }

  /** Whether one was turned away since this was last asked. */
  synchronized boolean takeOverflowed() {
    boolean was = overflowed;
    overflowed = false;
    return was;
  }

  synchronized int size() {
    return waiting.size();
  }
}
