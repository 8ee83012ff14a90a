package io.echonet.dds.transport.kad;

import io.echonet.dds.transport.LimitExceededException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Lets a bounded number of works run at a time, and a bounded number wait for their turn in order.
 */
final class Permits {
  private final int maxRunning;
  private final int maxWaiting;
  private final Deque<Permit> waiting = new ArrayDeque<>();
  private int running;

  Permits(int maxRunning, int maxWaiting) {
    this.maxRunning = maxRunning;
    this.maxWaiting = maxWaiting;
  }

  /**
   * {@code work} in its turn. Errors: {@link LimitExceededException} where too many wait already.
   */
  <T> Flux<T> inTurn(Flux<T> work) {
    return Flux.defer(
        () -> {
          Permit permit = new Permit();
          return Mono.<T>create(permit::request)
              .flux()
              .concatWith(work)
              .doFinally(signal -> permit.giveBack());
        });
  }

  private enum State {
    ABSENT,
    WAITING,
    RUNNING,
    OVER
  }

  /**
   * One work's right to run; every transition is made under the monitor of all permits, signals are
   * not.
   */
  private final class Permit {
    private State state = State.ABSENT;
    private @Nullable MonoSink<?> turn;

    void request(MonoSink<?> sink) {
      boolean refused = false;
      synchronized (Permits.this) {
        turn = sink;
        if (state == State.OVER) {
          return;
        }
        if (running < maxRunning) {
          running++;
          state = State.RUNNING;
        } else if (waiting.size() < maxWaiting) {
          waiting.addLast(this);
          state = State.WAITING;
          return;
        } else {
          refused = true;
        }
      }
      if (refused) {
        sink.error(
            new LimitExceededException(
                maxRunning + " walks are running and " + maxWaiting + " wait already"));
      } else {
        sink.success();
      }
    }

    void giveBack() {
      Permit next = null;
      synchronized (Permits.this) {
        if (state == State.WAITING) {
          waiting.remove(this);
        } else if (state == State.RUNNING) {
          next = waiting.pollFirst();
          if (next == null) {
            running--;
          } else {
            next.state = State.RUNNING;
          }
        }
        state = State.OVER;
      }
      if (next != null && next.turn != null) {
        next.turn.success();
      }
    }
  }
}
