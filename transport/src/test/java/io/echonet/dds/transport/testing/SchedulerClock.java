package io.echonet.dds.transport.testing;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import reactor.core.scheduler.Scheduler;

/** A clock that shows the time of a scheduler, which may be virtual. */
public final class SchedulerClock extends Clock {
  private final Scheduler scheduler;
  private final ZoneId zone;

  private SchedulerClock(Scheduler scheduler, ZoneId zone) {
    this.scheduler = scheduler;
    this.zone = zone;
  }

  public static SchedulerClock of(Scheduler scheduler) {
    return new SchedulerClock(scheduler, ZoneOffset.UTC);
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(scheduler.now(TimeUnit.MILLISECONDS));
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  @Override
  public Clock withZone(ZoneId newZone) {
    return new SchedulerClock(scheduler, newZone);
  }
}
