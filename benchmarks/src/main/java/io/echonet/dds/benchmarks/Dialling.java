package io.echonet.dds.benchmarks;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One way of reaching the other side of a transport benchmark, and what can be done by it. */
interface Dialling {
  /** What is echoed where only the round trip counts: as much as a ping carries. */
  int SMALL_BYTES = 32;

  /** What applications hand over at a time. */
  int BLOCK_BYTES = 65_536;

  /** Sends until {@code over} on that many streams at once; how many bytes have all arrived. */
  Mono<Long> send(int streams, Deadline over);

  /** A new connection, a small echo over it, and its end. */
  Mono<Void> connect(int worker);

  /** A new stream of the connection there is, a small echo over it, and its end. */
  Mono<Void> open();

  /** Small echoes one after another on one stream: how long each takes. */
  Flux<Duration> ping();

  /** Gives up what it holds. */
  Mono<Void> close();

  /** When a pass is over. */
  record Deadline(long nanos, LongSupplier clock) {
    static Deadline after(Duration time) {
      return new Deadline(System.nanoTime() + time.toNanos(), System::nanoTime);
    }

    boolean isPast() {
      return clock.getAsLong() - nanos >= 0;
    }
  }

  /** Does {@code work} again and again until {@code over}; how often it was done. */
  static Mono<Long> repeat(Supplier<Mono<Void>> work, Deadline over) {
    return Mono.defer(work).thenReturn(1).repeat(() -> !over.isPast()).count();
  }
}
