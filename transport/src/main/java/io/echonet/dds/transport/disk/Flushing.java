package io.echonet.dds.transport.disk;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** Has a file written to from time to time, until it is closed. */
public final class Flushing {
  /*
   * A write under way is waited for, the last one included, never disposed of: that would interrupt its thread, and a file channel whose thread is
   * interrupted closes itself, so that nothing could be written a last time.
   */
  private static final Logger LOG = LoggerFactory.getLogger(Flushing.class);

  private final Scheduler disk;
  private final Sinks.Empty<Void> closing = Sinks.empty();
  private final Sinks.Empty<Void> ended = Sinks.empty();

  private Flushing(Scheduler disk) {
    this.disk = disk;
  }

  /**
   * Begins.
   *
   * @param flush what is done on {@code disk}, which may block
   */
  public static Flushing every(Duration interval, Runnable flush, Scheduler timer, Scheduler disk) {
    Flushing flushing = new Flushing(disk);
    Mono<Void> once = Mono.<Void>fromRunnable(flush).subscribeOn(disk);
    Flux.interval(interval, timer)
        .takeUntilOther(flushing.closing.asMono())
        .onBackpressureDrop()
        .concatMap(tick -> once, 1)
        .doFinally(signal -> flushing.ended.tryEmitEmpty())
        .subscribe(
            nothing -> {}, failure -> LOG.warn("what changes is no longer written", failure));
    return flushing;
  }

  /**
   * Ends it; {@code last} is done on the disk once a flush under way is, whether or not somebody
   * still waits for that.
   */
  public Mono<Void> close(Runnable last) {
    Mono<Void> end =
        Mono.<Void>fromRunnable(closing::tryEmitEmpty)
            .then(ended.asMono())
            .then(Mono.<Void>fromRunnable(last).subscribeOn(disk));
    return Mono.fromFuture(end::toFuture, true);
  }
}
