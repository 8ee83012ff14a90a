package io.echonet.dds.transport.host;

import io.echonet.dds.transport.LimitExceededException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** Lets so many dials run at a time and the others wait, first come, first served. */
final class DialTurns {
  /*
   * A turn also keeps a dial that has succeeded from being cancelled: the first of several attempts to succeed has
   * the others cancelled, which Reactor does by cancelling them all, and below there are sockets that take a late
   * cancellation for a wish to be closed.
   */

  private final String what;
  private final int maxRunning;
  private final int maxWaiting;
  private final Deque<Turn<?>> waiting = new ArrayDeque<>();
  private int running;

  /** Whose turn it is, and who has not been started yet. */
  private final Queue<Turn<?>> due = new ConcurrentLinkedQueue<>();

  private final AtomicInteger toStart = new AtomicInteger();

  /**
   * @param what is done, in the plural, for people
   */
  DialTurns(String what, int maxRunning, int maxWaiting) {
    this.what = what;
    this.maxRunning = maxRunning;
    this.maxWaiting = maxWaiting;
  }

  /**
   * Runs {@code dial} when it is its turn.
   *
   * <p>Errors: {@link LimitExceededException} where too many wait already; those of the dial.
   */
  <T> Mono<T> run(Mono<T> dial) {
    return Mono.create(sink -> new Turn<>(dial, sink).queue());
  }

  private synchronized boolean admit(Turn<?> turn) {
    if (running < maxRunning) {
      running++;
      turn.running = true;
      return true;
    }
    if (waiting.size() >= maxWaiting) {
      throw new LimitExceededException(maxWaiting + " " + what + " wait already");
    }
    waiting.add(turn);
    return false;
  }

  /** Ends {@code turn}, whatever its state; answers whose turn it is instead. */
  private synchronized @Nullable Turn<?> next(Turn<?> turn) {
    if (!turn.running) {
      waiting.remove(turn);
      return null;
    }
    turn.running = false;
    Turn<?> next = waiting.poll();
    if (next == null) {
      running--;
    } else {
      next.running = true;
    }
    return next;
  }

  /**
   * One after another: a dial that fails at once hands its turn on while it is being started, and a
   * thousand that wait must not each start the next from within.
   */
  private void start(Turn<?> turn) {
    due.add(turn);
    if (toStart.getAndIncrement() > 0) {
      return;
    }
    do {
      Turn<?> next = due.poll();
      if (next != null) {
        next.start();
      }
    } while (toStart.decrementAndGet() > 0);
  }

  private final class Turn<T> {
    private final Mono<T> dial;
    private final MonoSink<T> sink;
    private final Disposable.Swap subscription = Disposables.swap();
    private boolean running;

    Turn(Mono<T> dial, MonoSink<T> sink) {
      this.dial = dial;
      this.sink = sink;
    }

    void queue() {
      boolean now;
      try {
        now = admit(this);
      } catch (LimitExceededException e) {
        sink.error(e);
        return;
      }
      sink.onDispose(this::end);
      if (now) {
        DialTurns.this.start(this);
      }
    }

    /**
     * Subscribed to here, the dial is done with its first value: a later cancellation stops at
     * that.
     */
    private void start() {
      if (subscription.isDisposed()) {
        return; // Given up since, and its turn is another's.
      }
      try {
        subscription.update(dial.subscribe(sink::success, sink::error, sink::success));
      } catch (Throwable e) {
        // Reactor throws what it takes for fatal: here it would keep those after it from starting.
        sink.error(e);
      }
    }

    private void end() {
      subscription.dispose();
      Turn<?> next = next(this);
      if (next != null) {
        DialTurns.this.start(next);
      }
    }
  }
}
