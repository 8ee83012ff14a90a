package io.echonet.dds.transport.host;

import io.echonet.dds.transport.HostEvent;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** The events of a host, which come from many event loops, in one order for every subscriber. */
final class HostEvents {
  private final int backlog;
  private final Queue<HostEvent> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger pending = new AtomicInteger();
  private final Sinks.Many<HostEvent> sink = Sinks.many().multicast().directBestEffort();
  private volatile boolean ended;

  HostEvents(int backlog) {
    this.backlog = backlog;
  }

  Flux<HostEvent> events() {
    return sink.asFlux()
        .onBackpressureBuffer(backlog, missed -> {}, BufferOverflowStrategy.DROP_OLDEST);
  }

  /** Gives the event its place; it is told by whoever calls {@link #drain} first. */
  void enqueue(HostEvent event) {
    queue.add(event);
  }

  void end() {
    ended = true;
    drain();
  }

  /** To be called without holding a lock, since subscribers run within. */
  void drain() {
    if (pending.getAndIncrement() != 0) {
      return;
    }
    int missed = 1;
    while (missed != 0) {
      boolean last = ended;
      for (HostEvent event = queue.poll(); event != null; event = queue.poll()) {
        sink.tryEmitNext(event);
      }
      if (last) {
        sink.tryEmitComplete();
      }
      missed = pending.addAndGet(-missed);
    }
  }
}
