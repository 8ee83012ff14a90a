package io.echonet.dds.transport.host;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/** What a host has subscribed to itself, ended with the host at the latest. */
final class OwnTasks {
  /** One for each stream being served: Reactor's composites search a list to remove one. */
  private final Set<Disposable> running = ConcurrentHashMap.newKeySet();

  private volatile boolean disposed;

  /** Runs {@code task}; false where the host has closed, and nothing happens. */
  boolean run(Mono<Void> task, Consumer<? super Throwable> onError) {
    Disposable.Swap subscription = Disposables.swap();
    if (!add(subscription)) {
      return false;
    }
    /* As a Flux: disposing of a Mono whose source has not called onSubscribe yet throws in Reactor. */
    subscription.update(
        task.flux()
            .doFinally(signal -> running.remove(subscription))
            .subscribe(nothing -> {}, onError));
    return true;
  }

  /** Keeps {@code disposable}; false where it was disposed of, since the host has closed. */
  boolean add(Disposable disposable) {
    running.add(disposable);
    if (disposed) {
      running.remove(disposable);
      disposable.dispose();
      return false;
    }
    return true;
  }

  void dispose() {
    disposed = true;
    running.forEach(Disposable::dispose);
    running.clear();
  }
}
