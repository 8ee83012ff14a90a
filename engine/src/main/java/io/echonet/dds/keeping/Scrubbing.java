package io.echonet.dds.keeping;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Looks at everything again and again, slowly, and goes on after a restart where it was. */
final class Scrubbing {
  private static final Logger LOG = LoggerFactory.getLogger(Scrubbing.class);
  private static final int CHUNKS_A_NOTE = 64;
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMinutes(1);

  private final Scrubber scrubber;
  private final KeepingConfig config;
  private final Scheduler timer;
  private volatile ScrubStatistics statistics = ScrubStatistics.NONE;

  Scrubbing(Scrubber scrubber, KeepingConfig config, Scheduler timer) {
    this.scrubber = scrubber;
    this.config = config;
    this.timer = timer;
  }

  /** Never completes, and does not fail. */
  Mono<Void> run(ScrubPosition position) {
    return position
        .read()
        .flatMap(state -> untilDue(state).then(pass(state, position)))
        .onErrorResume(
            e -> {
              LOG.warn("scrubbing was interrupted and goes on in a while: {}", e.toString());
              return Mono.delay(PAUSE_AFTER_FAILURE, timer).then();
            })
        .repeat()
        .then();
  }

  /** A clock that was wrong must not put it off for longer than the interval. */
  private Mono<Void> untilDue(ScrubPosition.State state) {
    return state
        .over()
        .map(over -> Duration.between(now(), over.plus(config.scrubInterval())))
        .filter(wait -> !wait.isNegative())
        .map(
            wait ->
                Mono.delay(
                        wait.compareTo(config.scrubInterval()) > 0 ? config.scrubInterval() : wait,
                        timer)
                    .then())
        .orElse(Mono.empty());
  }

  private Mono<Void> pass(ScrubPosition.State state, ScrubPosition position) {
    Pace pace = new Pace(config.scrubBytesPerSecond(), timer);
    return Flux.defer(() -> scrubber.pass(state.after(), true, Optional.of(pace), 1))
        .doOnNext(this::count)
        .buffer(CHUNKS_A_NOTE)
        .concatMap(some -> position.reached(some.get(some.size() - 1).cid()), 1)
        .then(Mono.defer(() -> position.over(now())));
  }

  private void count(Checked checked) {
    statistics = statistics.plus(checked);
    switch (checked.outcome()) {
      case SOUND -> {}
      case REPAIRED -> LOG.warn("repaired: {}", checked.reason());
      case LOST -> LOG.warn("lost: {}", checked.reason());
      case UNREADABLE -> LOG.warn("unreadable: {}", checked.reason());
    }
  }

  /** Since it was begun in this process. */
  ScrubStatistics statistics() {
    return statistics;
  }

  private Instant now() {
    return Instant.ofEpochMilli(timer.now(TimeUnit.MILLISECONDS));
  }
}
