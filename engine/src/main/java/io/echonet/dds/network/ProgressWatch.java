package io.echonet.dds.network;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/** Notices that an exchange takes too long, or that nothing of it has moved for too long. */
final class ProgressWatch {
  private final Scheduler timer;
  private final long quietNanos;
  private final long end;
  private volatile long lastProgress;

  /**
   * Begins to watch.
   *
   * @param quiet the longest time without {@link #progressed}
   * @param total the longest time for all of it
   */
  ProgressWatch(Scheduler timer, Duration quiet, Duration total) {
    this.timer = timer;
    this.quietNanos = quiet.toNanos();
    this.lastProgress = now();
    this.end = lastProgress + total.toNanos();
  }

  /** As the other, with no limit on the whole. */
  ProgressWatch(Scheduler timer, Duration quiet) {
    this(timer, quiet, Duration.ofDays(365));
  }

  /** Something moved. Any thread, costs next to nothing. */
  void progressed() {
    lastProgress = now();
  }

  /** Completes when one of the two times has passed; cancelling stops watching. */
  Mono<Void> expired() {
    return Mono.create(
        sink -> {
          Disposable.Swap alarm = Disposables.swap();
          sink.onDispose(alarm);
          arm(sink, alarm);
        });
  }

  /** One alarm at a time, set anew only when it goes off, however often there is progress. */
  private void arm(MonoSink<Void> sink, Disposable.Swap alarm) {
    long left = Math.min(lastProgress + quietNanos, end) - now();
    if (left <= 0) {
      sink.success();
    } else {
      alarm.replace(timer.schedule(() -> arm(sink, alarm), left, TimeUnit.NANOSECONDS));
    }
  }

  private long now() {
    return timer.now(TimeUnit.NANOSECONDS);
  }
}
