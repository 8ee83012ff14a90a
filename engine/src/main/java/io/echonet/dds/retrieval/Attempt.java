package io.echonet.dds.retrieval;

import reactor.core.Disposable;
import reactor.core.Disposables;

/** One request for one chunk at one peer. */
final class Attempt {
  private final FetchTask task;
  private final KnownPeer peer;
  private final long startedAt;
  private final Disposable.Swap request = Disposables.swap();

  Attempt(FetchTask task, KnownPeer peer, long startedAt) {
    this.task = task;
    this.peer = peer;
    this.startedAt = startedAt;
  }

  FetchTask task() {
    return task;
  }

  KnownPeer peer() {
    return peer;
  }

  /** When, in nanoseconds. */
  long startedAt() {
    return startedAt;
  }

  /** What is to be disposed of to give it up; may be so before it has begun. */
  Disposable.Swap request() {
    return request;
  }
}
