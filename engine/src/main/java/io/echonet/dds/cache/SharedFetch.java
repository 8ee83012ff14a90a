package io.echonet.dds.cache;

import io.echonet.dds.content.Chunk;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.util.context.Context;

/**
 * A fetch of one chunk that goes on for as long as anybody is interested. Thread-safe; nobody is
 * called under its lock.
 */
final class SharedFetch {
  private final Consumer<SharedFetch> whenOver;
  private final List<MonoSink<Chunk>> others = new ArrayList<>(1);
  private final Disposable.Swap fetch = Disposables.swap();
  private int interested = 1;
  private boolean over;
  private @Nullable Chunk chunk;

  /**
   * In which one is interested, who is to {@link #begin} it.
   *
   * @param whenOver called with it once, before anybody is told that it is over
   */
  SharedFetch(Consumer<SharedFetch> whenOver) {
    this.whenOver = whenOver;
  }

  /** By {@code source}, whose chunk and errors are emitted; to be subscribed to once, at once. */
  Mono<Chunk> begin(Mono<Chunk> source) {
    return Mono.create(
        sink -> {
          sink.onCancel(this::leave);
          fetch.update(
              source.subscribe(
                  arrived -> end(arrived, () -> sink.success(arrived)),
                  error -> end(null, () -> sink.error(error)),
                  () -> end(null, sink::success),
                  Context.of(sink.contextView())));
        });
  }

  /** Counts one more who is interested; answers whether it is not too late for that. */
  synchronized boolean admit() {
    if (over) {
      return false;
    }
    interested++;
    return true;
  }

  /**
   * The chunk for one who was admitted, nothing where the fetch failed; to be subscribed to once.
   */
  Mono<Chunk> join() {
    return Mono.create(
        sink -> {
          sink.onCancel(this::leave);
          Chunk arrived;
          synchronized (this) {
            if (!over) {
              others.add(sink);
              sink.onDispose(() -> forget(sink));
              return;
            }
            arrived = chunk;
          }
          sink.success(arrived);
        });
  }

  private synchronized void forget(MonoSink<Chunk> sink) {
    others.remove(sink);
  }

  private void leave() {
    synchronized (this) {
      if (--interested > 0 || over) {
        return;
      }
      over = true;
    }
    whenOver.accept(this);
    fetch.dispose();
  }

  private void end(@Nullable Chunk arrived, Runnable tellTheFirst) {
    List<MonoSink<Chunk>> told;
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      chunk = arrived;
      told = List.copyOf(others);
      others.clear();
    }
    whenOver.accept(this);
    tellTheFirst.run();
    told.forEach(sink -> sink.success(arrived));
  }
}
