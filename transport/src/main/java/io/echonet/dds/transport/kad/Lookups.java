package io.echonet.dds.transport.kad;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/** Counts the lookups of a node, and tells of each to whoever listens. */
final class Lookups {
  private final List<FluxSink<Lookup>> listeners = new CopyOnWriteArrayList<>();
  private LookupTotals totals = LookupTotals.NONE;

  void onEnd(Lookup lookup) {
    synchronized (this) {
      totals = totals.with(lookup);
    }
    listeners.forEach(listener -> listener.next(lookup));
  }

  synchronized LookupTotals totals() {
    return totals;
  }

  /** As {@link KademliaDht#lookups}. */
  Flux<Lookup> all() {
    return Flux.create(
        listener -> {
          listeners.add(listener);
          listener.onDispose(() -> listeners.remove(listener));
        },
        FluxSink.OverflowStrategy.DROP);
  }
}
