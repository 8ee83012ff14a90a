package io.echonet.dds.transport.kad;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.LimitExceededException;
import io.echonet.dds.transport.testing.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class PermitsTest {
  private final Permits permits = new Permits(2, 2);
  private final List<String> started = new ArrayList<>();

  @Test
  void workBeyondTheLimitWaitsItsTurn() {
    Sinks.One<String> a = Sinks.one();
    Sinks.One<String> b = Sinks.one();
    Sinks.One<String> c = Sinks.one();
    run("a", a).subscribe();
    run("b", b).subscribe();
    run("c", c).subscribe();
    assertThat(started).containsExactly("a", "b");

    b.tryEmitValue("done");
    assertThat(started).containsExactly("a", "b", "c");
  }

  @Test
  void moreThanMayWaitAreRefused() {
    for (String name : List.of("a", "b", "c", "d")) {
      run(name, Sinks.one()).subscribe();
    }
    StepVerifier.create(run("e", Sinks.one())).verifyError(LimitExceededException.class);
    assertThat(started).containsExactly("a", "b");
  }

  @Test
  void whoeverGivesUpWaitingMakesRoomAndIsNeverStarted() {
    run("a", Sinks.one()).subscribe();
    Disposable running = run("b", Sinks.one()).subscribe();
    Disposable waiting = run("c", Sinks.one()).subscribe();
    run("d", Sinks.one()).subscribe();

    waiting.dispose();
    run("e", Sinks.one()).subscribe();
    running.dispose();

    assertThat(started).containsExactly("a", "b", "d");
  }

  @Test
  void failingAndBeingCancelledGiveTheTurnOn() {
    Sinks.One<String> failing = Sinks.one();
    run("a", failing).onErrorComplete().subscribe();
    Disposable cancelled = run("b", Sinks.one()).subscribe();
    run("c", Sinks.one()).subscribe();
    run("d", Sinks.one()).subscribe();
    failing.tryEmitError(new IllegalStateException("as wished"));
    cancelled.dispose();

    assertThat(started).containsExactly("a", "b", "c", "d");
  }

  @Test
  void noTurnIsLostWhenManyThreadsComeAndGo() {
    Permits busy = new Permits(3, 10_000);
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger finished = new AtomicInteger();
    Flux<Integer> work =
        Flux.defer(
            () -> {
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              return Flux.just(1)
                  .publishOn(Schedulers.parallel())
                  .doOnTerminate(now::decrementAndGet)
                  .doOnCancel(now::decrementAndGet);
            });
    for (int i = 0; i < 2000; i++) {
      // What is given up may just be beginning when its turn passes on, so it is not counted.
      boolean givenUp = i % 3 == 0;
      Disposable one =
          busy.inTurn(givenUp ? Flux.just(1).publishOn(Schedulers.parallel()) : work)
              .subscribeOn(Schedulers.parallel())
              .doFinally(signal -> finished.incrementAndGet())
              .subscribe();
      if (givenUp) {
        one.dispose();
      }
    }

    Await.until("all have had their turn or given up", () -> finished.get() == 2000);
    assertThat(most.get()).isBetween(1, 3);
    StepVerifier.create(busy.inTurn(work)).expectNext(1).expectComplete().verify(Await.TIMEOUT);
  }

  private Flux<String> run(String name, Sinks.One<String> work) {
    return permits.inTurn(
        Flux.defer(
            () -> {
              started.add(name);
              return work.asMono().flux();
            }));
  }
}
