package io.echonet.dds.retrieval;

import io.echonet.dds.content.Chunk;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Lets the chunks of one reading begin, each in its turn: as far ahead of what has been taken as
 * the window reaches, and the first one alone. Thread-safe.
 */
final class FetchAhead {
  private final LongSupplier windowBytes;
  private final NavigableMap<Integer, MonoSink<Void>> waiting = new TreeMap<>();
  private int taken;
  private boolean begun;

  /** A reading that fetches ahead by what {@code windowBytes} says at the time. */
  FetchAhead(LongSupplier windowBytes) {
    this.windowBytes = windowBytes;
  }

  /** Completes when the chunk at {@code place}, counted from the reading's first, may begin. */
  Mono<Void> turn(int place) {
    return Mono.create(
        sink -> {
          if (!comesNow(place, sink)) {
            sink.onCancel(() -> giveUp(place));
          } else {
            sink.success();
          }
        });
  }

  private boolean comesNow(int place, MonoSink<Void> sink) {
    long window = windowBytes.getAsLong();
    synchronized (this) {
      if (place < reach(window)) {
        return true;
      }
      waiting.put(place, sink);
      return false;
    }
  }

  private synchronized void giveUp(int place) {
    waiting.remove(place);
  }

  /** Notes that a chunk has come. */
  void arrived() {
    release(0);
  }

  /** Notes that the consumer has taken the next chunk. */
  void taken() {
    release(1);
  }

  private void release(int more) {
    long window = windowBytes.getAsLong();
    List<MonoSink<Void>> next = new ArrayList<>();
    synchronized (this) {
      begun = true;
      taken += more;
      int reach = reach(window);
      while (!waiting.isEmpty() && waiting.firstKey() < reach) {
        next.add(waiting.pollFirstEntry().getValue());
      }
    }
    next.forEach(MonoSink::success);
  }

  private int reach(long window) {
    long chunks = begun ? Math.max(1, window / Chunk.MAX_BYTES) : 1;
    return (int) Math.min(taken + chunks, Integer.MAX_VALUE);
  }
}
