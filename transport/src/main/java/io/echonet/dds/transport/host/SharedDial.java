package io.echonet.dds.transport.host;

import io.echonet.dds.transport.Connection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.util.context.Context;

/**
 * A dial that goes on for as long as anybody waits for it. Thread-safe; nobody is called under its
 * lock.
 */
final class SharedDial {
  private final Mono<Connection> source;
  private final Consumer<SharedDial> whenOver;
  private final Set<MonoSink<Connection>> waiting = new LinkedHashSet<>();
  private final Disposable.Swap dial = Disposables.swap();
  private boolean begun;
  private boolean over;

  /**
   * @param source subscribed to when the first waits, and once
   * @param whenOver called with it once, before the dial is cancelled or anybody is told of its end
   */
  SharedDial(Mono<Connection> source, Consumer<SharedDial> whenOver) {
    this.source = source;
    this.whenOver = whenOver;
  }

  /** Has {@code sink} told how it ends; false where it is over already. */
  boolean tell(MonoSink<Connection> sink) {
    boolean first;
    synchronized (this) {
      if (over) {
        return false;
      }
      first = !begun;
      begun = true;
      waiting.add(sink);
    }
    sink.onDispose(() -> leave(sink));
    if (first) {
      dial.update(
          source.subscribe(
              connection -> end(other -> other.success(connection)),
              failure -> end(other -> other.error(failure)),
              () -> end(MonoSink::success),
              Context.of(sink.contextView())));
    }
    return true;
  }

  private void leave(MonoSink<Connection> sink) {
    synchronized (this) {
      waiting.remove(sink);
      if (over || !waiting.isEmpty()) {
        return;
      }
      over = true;
    }
    whenOver.accept(this);
    dial.dispose();
  }

  private void end(Consumer<MonoSink<Connection>> outcome) {
    List<MonoSink<Connection>> told;
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      told = List.copyOf(waiting);
      waiting.clear();
    }
    whenOver.accept(this);
    told.forEach(outcome);
  }
}
