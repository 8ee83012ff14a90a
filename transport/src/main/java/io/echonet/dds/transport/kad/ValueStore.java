package io.echonet.dds.transport.kad;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The values kept for others, in memory, each until it expires. Bounded in number and bytes: the
 * one farthest from this node goes first, for it is the one that others are nearer to.
 *
 * <p>Thread-safe by its monitor, which is held for microseconds and never across a call elsewhere.
 */
final class ValueStore {
  private final KadKey self;
  private final ValueConfig limits;
  private final Map<ByteString, Entry> byKey = new HashMap<>();
  private final TreeMap<KadKey, Entry> byDistance = new TreeMap<>();
  private int bytes;

  private record Entry(ByteString key, KadKey distance, ByteString value, Instant received) {
    int size() {
      return key.size() + value.size();
    }
  }

  ValueStore(KadKey self, ValueConfig limits) {
    this.self = self;
    this.limits = limits;
  }

  /** What is kept of {@code key}. */
  synchronized Optional<ValueRecord> get(ByteString key, Instant now) {
    return live(key, now).map(entry -> ValueRecord.received(key, entry.value(), entry.received()));
  }

  /**
   * Keeps {@code value} of {@code key} in place of {@code expected}.
   *
   * @param expected the value that is kept now, null for none
   * @return false where that is no longer so, and nothing was done
   */
  synchronized boolean replace(
      ByteString key, @Nullable ByteString expected, ByteString value, Instant now) {
    ByteString kept = live(key, now).map(Entry::value).orElse(null);
    if (kept == null ? expected != null : !kept.equals(expected)) {
      return false;
    }
    remove(byKey.get(key));
    KadKey distance = self.distance(KadKey.hash(key.toByteArray()));
    Entry entry = new Entry(key, distance, value, now);
    byKey.put(key, entry);
    byDistance.put(distance, entry);
    bytes += entry.size();
    while (byKey.size() > limits.maxRecords() || bytes > limits.maxBytes()) {
      remove(byDistance.lastEntry().getValue());
    }
    return true;
  }

  private Optional<Entry> live(ByteString key, Instant now) {
    return Optional.ofNullable(byKey.get(key)).filter(entry -> isLive(entry, now));
  }

  private boolean isLive(Entry entry, Instant now) {
    return now.isBefore(entry.received().plus(limits.keep()));
  }

  /** Forgets the values that have expired. */
  synchronized void expire(Instant now) {
    List.copyOf(byKey.values()).stream().filter(entry -> !isLive(entry, now)).forEach(this::remove);
  }

  private void remove(@Nullable Entry entry) {
    if (entry != null) {
      byKey.remove(entry.key());
      byDistance.remove(entry.distance());
      bytes -= entry.size();
    }
  }

  /** How many values are kept, expired ones that were not yet swept included. */
  synchronized int size() {
    return byKey.size();
  }
}
