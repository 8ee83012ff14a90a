package io.echonet.dds.retrieval;

import reactor.core.Disposable;
import reactor.core.Disposables;

/** One request for one chunk at one peer. */
final class Attempt {
  private final FetchTask task;
  private final KnownPeer peer;
  private final long startedAt;
  private final long expectedNanos;
  private final long receivedBefore;
  private boolean late;
  private final Disposable.Swap request = Disposables.swap();

  Attempt(FetchTask task, KnownPeer peer, long startedAt) {
    this.task = task;
    this.peer = peer;
    this.startedAt = startedAt;
    this.expectedNanos = peer.expected();
    this.receivedBefore = peer.speed().received();
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

  /** How long it was expected to take; 0 where the peer's speed was not known. */
  long expectedNanos() {
    return expectedNanos;
  }

  /** What had come of the peer when this began, in bytes. */
  long receivedBefore() {
    return receivedBefore;
  }

  /** Notes, once, that it takes too long. */
  void noteLate(long now) {
    if (!late) {
      late = true;
      peer.isLate(now);
    }
  }

  /** What is to be disposed of to give it up; may be so before it has begun. */
  Disposable.Swap request() {
    return request;
  }
}
