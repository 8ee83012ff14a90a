package io.echonet.dds.transport.host;

import static io.echonet.dds.transport.testing.Await.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.dns.AddressResolver;
import io.echonet.dds.transport.dns.ResolverConfig;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;

class HostClosingTest {
  private final AtomicInteger released = new AtomicInteger();

  private Host host(Scheduler timer) {
    return DefaultHost.start(Identity.generate(), HostConfig.defaults(), parts(timer));
  }

  private HostParts parts(Scheduler timer) {
    LoopResources loops = LoopResources.create("test-net", 1, true);
    return new HostParts(
        List.of(),
        AddressResolver.create(ResolverConfig.defaults(), loops, true, timer),
        List.of(),
        List.of(),
        Clock.systemUTC(),
        timer,
        new Random(1),
        List.of(
            Mono.fromRunnable(released::incrementAndGet)
                .then(loops.disposeLater(Duration.ZERO, TIMEOUT))));
  }

  @Test
  void aDiskThatHangsKeepsNothingElseFromBeingReleased() {
    Host host =
        DefaultHost.start(
            Identity.generate(),
            HostConfig.defaults().withCloseTimeout(Duration.ofMillis(100)),
            parts(Schedulers.parallel()).withRelease(Mono.never()));

    host.close().block(TIMEOUT);

    assertThat(released).hasValue(1);
  }

  @Test
  void whatThePartsShareIsReleasedOnce() {
    Host host = host(Schedulers.parallel());

    host.close().block(TIMEOUT);
    host.close().block(TIMEOUT);

    host.onClose().block(TIMEOUT);
    assertThat(released).hasValue(1);
  }

  @Test
  void aTaskThatCannotBeEndedKeepsNothingElseOpen() {
    Host host = host(new StuckTimer());

    host.close().block(TIMEOUT);

    host.onClose().block(TIMEOUT);
    assertThat(released).hasValue(1);
  }

  /** Its periodic tasks refuse to be disposed of. */
  private static final class StuckTimer implements Scheduler {
    @Override
    public Disposable schedule(Runnable task) {
      return Schedulers.parallel().schedule(task);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
      return Schedulers.parallel().schedule(task, delay, unit);
    }

    @Override
    public Disposable schedulePeriodically(
        Runnable task, long initialDelay, long period, TimeUnit unit) {
      return () -> {
        throw new IllegalStateException("stuck on purpose");
      };
    }

    @Override
    public Worker createWorker() {
      return Schedulers.parallel().createWorker();
    }
  }
}
