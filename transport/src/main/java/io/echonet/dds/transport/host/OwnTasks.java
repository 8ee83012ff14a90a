package io.echonet.dds.transport.host;

import java.util.function.Consumer;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/** What a host has subscribed to itself, ended with the host at the latest. */
final class OwnTasks {
  private final Disposable.Composite running = Disposables.composite();

  /** Runs {@code task}; false where the host has closed, and nothing happens. */
  boolean run(Mono<Void> task, Consumer<? super Throwable> onError) {
    Disposable.Swap subscription = Disposables.swap();
    if (!running.add(subscription)) {
      return false;
    }
    subscription.update(
        task.doFinally(signal -> running.remove(subscription)).subscribe(nothing -> {}, onError));
    return true;
  }

  void add(Disposable disposable) {
    running.add(disposable);
  }

  void dispose() {
    running.dispose();
  }
}
