package io.echonet.dds.transport.testing;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * One direction of an in-memory connection: a socket buffer, a bandwidth and a delay, order kept.
 */
final class Wire {
  /** What a socket takes before writers must wait. */
  static final int SOCKET_BUFFER_BYTES = 262_144;

  private final NetworkLoop loop;
  private final Supplier<Link> link;
  private final Runnable onLoss;
  private final Deque<Frame> socketBuffer = new ArrayDeque<>();
  private final Deque<Flying> inFlight = new ArrayDeque<>();
  private final Set<Runnable> waitingWriters = new LinkedHashSet<>();
  private int bufferedBytes;
  private long carriedBytes;
  private long busyUntilNanos;
  private @Nullable Disposable nextPump;
  private long nextPumpNanos;
  private boolean cut;

  /** What travels: {@code arrive} runs at the other end, or {@code discard} where it is lost. */
  record Frame(int bytes, Runnable arrive, Runnable discard) {}

  private record Flying(Frame frame, long arrivalNanos) {}

  Wire(NetworkLoop loop, Supplier<Link> link, Runnable onLoss) {
    this.loop = loop;
    this.link = link;
    this.onLoss = onLoss;
  }

  Link link() {
    return link.get();
  }

  boolean isWritable() {
    return bufferedBytes < SOCKET_BUFFER_BYTES;
  }

  /** Runs {@code writer} once when there is room again. */
  void whenWritable(Runnable writer) {
    waitingWriters.add(writer);
  }

  void transmit(int bytes, Runnable arrive) {
    transmit(new Frame(bytes, arrive, () -> {}));
  }

  void transmit(Frame frame) {
    assert loop.inLoop();
    if (cut) {
      frame.discard().run();
      return;
    }
    if (socketBuffer.isEmpty()) {
      busyUntilNanos = Math.max(busyUntilNanos, loop.nowNanos());
    }
    socketBuffer.add(frame);
    bufferedBytes += frame.bytes();
    pump();
  }

  /** To be called when the link is another. */
  void linkChanged() {
    busyUntilNanos = Math.max(busyUntilNanos, loop.nowNanos());
    pump();
  }

  /** Moves on what time and link allow. */
  private void pump() {
    assert loop.inLoop();
    long now = loop.nowNanos();
    while (!cut && !link().stalled() && !socketBuffer.isEmpty() && busyUntilNanos <= now) {
      Frame frame = socketBuffer.remove();
      bufferedBytes -= frame.bytes();
      carriedBytes += frame.bytes();
      busyUntilNanos += link().nanosFor(frame.bytes());
      inFlight.add(new Flying(frame, busyUntilNanos + link().delay().toNanos()));
      if (carriedBytes >= link().lostAfterBytes()) {
        onLoss.run();
      }
    }
    deliverDue(now);
    wakeWriters();
    scheduleNextPump();
  }

  private void deliverDue(long now) {
    while (!cut
        && !link().stalled()
        && !inFlight.isEmpty()
        && inFlight.element().arrivalNanos() <= now) {
      loop.execute(inFlight.remove().frame().arrive());
    }
  }

  private void wakeWriters() {
    if (isWritable() && !waitingWriters.isEmpty()) {
      List<Runnable> writers = new ArrayList<>(waitingWriters);
      waitingWriters.clear();
      writers.forEach(loop::execute);
    }
  }

  private void scheduleNextPump() {
    if (cut || link().stalled()) {
      return;
    }
    long next = Long.MAX_VALUE;
    if (!socketBuffer.isEmpty()) {
      next = busyUntilNanos;
    }
    if (!inFlight.isEmpty()) {
      next = Math.min(next, inFlight.element().arrivalNanos());
    }
    if (next == Long.MAX_VALUE || (nextPump != null && nextPumpNanos <= next)) {
      return;
    }
    if (nextPump != null) {
      nextPump.dispose();
    }
    nextPumpNanos = next;
    nextPump = loop.schedule(this::pumpAgain, Duration.ofNanos(next - loop.nowNanos()));
  }

  private void pumpAgain() {
    nextPump = null;
    pump();
  }

  /** The connection is gone: nothing arrives any more. */
  void cut() {
    assert loop.inLoop();
    cut = true;
    socketBuffer.forEach(frame -> frame.discard().run());
    socketBuffer.clear();
    inFlight.forEach(flying -> flying.frame().discard().run());
    inFlight.clear();
    bufferedBytes = 0;
    if (nextPump != null) {
      nextPump.dispose();
      nextPump = null;
    }
    wakeWriters();
  }
}
