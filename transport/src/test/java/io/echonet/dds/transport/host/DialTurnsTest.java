package io.echonet.dds.transport.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.LimitExceededException;
import io.echonet.dds.transport.testing.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

@Timeout(60)
class DialTurnsTest {
  private final DialTurns turns = new DialTurns("dials", 2, 3);
  private final List<Integer> started = new ArrayList<>();

  private Mono<Integer> dial(int number, Mono<Integer> outcome) {
    return turns.run(outcome.doOnSubscribe(subscription -> started.add(number)));
  }

  @Test
  void soManyRunAndTheOthersFollowInOrder() {
    Sinks.One<Integer> first = Sinks.one();
    List<Integer> done = new ArrayList<>();
    dial(1, first.asMono()).subscribe(done::add);
    Disposable second = dial(2, Mono.never()).subscribe();
    dial(3, Mono.just(3)).subscribe(done::add);
    dial(4, Mono.never()).subscribe();
    assertThat(started).containsExactly(1, 2);

    first.tryEmitValue(1);
    assertThat(started).containsExactly(1, 2, 3, 4);
    assertThat(done).containsExactly(1, 3);

    dial(5, Mono.never()).subscribe();
    assertThat(started).doesNotContain(5);
    second.dispose();
    assertThat(started).contains(5);
  }

  @Test
  void aFailurePassesTheTurnOn() {
    dial(1, Mono.never()).subscribe();

    for (int i = 0; i < 10; i++) {
      StepVerifier.create(dial(2, Mono.error(new IllegalStateException("refused"))))
          .verifyErrorMessage("refused");
    }
    StepVerifier.create(dial(3, Mono.empty())).verifyComplete();
  }

  @Test
  void whoStopsWaitingLosesHisPlace() {
    Disposable first = dial(1, Mono.never()).subscribe();
    dial(2, Mono.never()).subscribe();
    Disposable waiting = dial(3, Mono.never()).subscribe();
    dial(4, Mono.never()).subscribe();

    waiting.dispose();
    first.dispose();

    assertThat(started).containsExactly(1, 2, 4);
  }

  @Test
  void onlySoManyMayWait() {
    for (int i = 1; i <= 5; i++) {
      dial(i, Mono.never()).subscribe();
    }

    StepVerifier.create(dial(6, Mono.never())).verifyError(LimitExceededException.class);
    assertThat(started).containsExactly(1, 2);
  }

  @Test
  void manyThatFailAtOnceDoNotStartEachOtherFromWithin() {
    int many = 20_000;
    DialTurns one = new DialTurns("dials", 1, many);
    AtomicInteger failed = new AtomicInteger();
    Disposable first = one.run(Mono.never()).subscribe();
    for (int i = 0; i < many; i++) {
      one.run(Mono.<Integer>error(new IllegalStateException("refused")))
          .subscribe(value -> {}, failure -> failed.incrementAndGet());
    }

    first.dispose();

    assertThat(failed).hasValue(many);
    StepVerifier.create(one.run(Mono.just(1))).expectNext(1).verifyComplete();
  }

  @Test
  void aFatalErrorIsToldAndPassesTheTurnOn() {
    for (int i = 0; i < 3; i++) {
      StepVerifier.create(
              turns.run(
                  Mono.defer(
                      () -> {
                        throw new InternalError("out of whatever");
                      })))
          .verifyErrorMessage("out of whatever");
    }
    StepVerifier.create(dial(1, Mono.empty())).verifyComplete();
  }

  @Test
  void aDialThatHasSucceededIsNotCancelled() {
    AtomicInteger cancelled = new AtomicInteger();
    AtomicReference<MonoSink<Integer>> socket = new AtomicReference<>();
    Mono<Integer> dial =
        Mono.create(
            sink -> {
              socket.set(sink);
              sink.onCancel(cancelled::incrementAndGet);
            });

    StepVerifier.create(Flux.merge(1, dial(1, dial), Mono.never()).next())
        .then(() -> Objects.requireNonNull(socket.get()).success(1))
        .expectNext(1)
        .verifyComplete();

    assertThat(cancelled).hasValue(0);
  }

  @Test
  void noTurnIsLostUnderConcurrentCancellation() {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    DialTurns many = new DialTurns("dials", 4, 1_024);
    Mono<Integer> work =
        Mono.fromCallable(() -> most.accumulateAndGet(running.incrementAndGet(), Math::max))
            .publishOn(Schedulers.parallel())
            .doFinally(signal -> running.decrementAndGet());

    Flux.range(0, 20_000)
        .flatMap(
            i -> {
              Mono<Integer> turn = many.run(work).subscribeOn(Schedulers.parallel());
              return i % 3 == 0
                  ? Mono.firstWithSignal(turn, Mono.just(0).publishOn(Schedulers.parallel()))
                  : turn;
            },
            64,
            1)
        .blockLast(Await.TIMEOUT);

    StepVerifier.create(Flux.range(0, 4).flatMap(i -> many.run(work), 4, 1))
        .expectNextCount(4)
        .expectComplete()
        .verify(Await.TIMEOUT);
  }
}
