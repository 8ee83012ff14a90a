package io.echonet.dds.transport.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

@Timeout(60)
class FlushingTest {
  private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
  private final List<String> done = new CopyOnWriteArrayList<>();

  @Test
  void itFlushesUntilItIsClosed() {
    Flushing flushing =
        Flushing.every(
            Duration.ofSeconds(2), () -> done.add("flush"), timer, Schedulers.immediate());
    timer.advanceTimeBy(Duration.ofSeconds(5));

    flushing.close(() -> done.add("close")).block(Await.TIMEOUT);
    timer.advanceTimeBy(Duration.ofSeconds(5));

    assertThat(done).containsExactly("flush", "flush", "close");
  }

  @Test
  void aFlushUnderWayIsWaitedForAndNotInterrupted() throws InterruptedException {
    CountDownLatch flushing = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    Flushing of =
        Flushing.every(
            Duration.ofSeconds(2),
            () -> {
              flushing.countDown();
              done.add(waitFor(mayEnd));
            },
            timer,
            Schedulers.boundedElastic());
    timer.advanceTimeBy(Duration.ofSeconds(2));
    assertThat(flushing.await(Await.TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();

    Mono<Void> closed = of.close(() -> done.add("close")).cache();
    closed.subscribe();
    assertThat(done).isEmpty();
    mayEnd.countDown();
    closed.block(Await.TIMEOUT);

    assertThat(done).containsExactly("flushed", "close");
  }

  @Test
  void theLastWriteIsNotInterruptedByWhoeverNoLongerWaitsForIt() throws InterruptedException {
    CountDownLatch closing = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    Flushing of =
        Flushing.every(Duration.ofSeconds(2), () -> {}, timer, Schedulers.boundedElastic());
    Disposable waiting =
        of.close(
                () -> {
                  closing.countDown();
                  done.add(waitFor(mayEnd));
                })
            .subscribe();
    assertThat(closing.await(Await.TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();

    waiting.dispose();
    mayEnd.countDown();

    Await.until("it is over", () -> !done.isEmpty());
    assertThat(done).containsExactly("flushed");
  }

  private static String waitFor(CountDownLatch latch) {
    try {
      latch.await();
      return "flushed";
    } catch (InterruptedException e) {
      return "interrupted";
    }
  }
}
