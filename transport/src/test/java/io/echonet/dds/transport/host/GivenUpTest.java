package io.echonet.dds.transport.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.ConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class GivenUpTest {
  /** The order that is rare between threads: the failure comes as the cancellation arrives. */
  private static final Publisher<String> FAILS_WHEN_CANCELLED =
      subscriber ->
          subscriber.onSubscribe(
              new Subscription() {
                @Override
                public void request(long n) {}

                @Override
                public void cancel() {
                  subscriber.onError(new ConnectionException("closed"));
                }
              });

  private final List<Throwable> dropped = new CopyOnWriteArrayList<>();

  @BeforeEach
  void listen() {
    Hooks.onErrorDropped(dropped::add);
  }

  @AfterEach
  void stopListening() {
    Hooks.resetOnErrorDropped();
  }

  private static Mono<String> work() {
    return Mono.fromDirect(FAILS_WHEN_CANCELLED).timeout(Duration.ofHours(1));
  }

  @Test
  void aFailureThatMeetsACancellationIsNoErrorOfTheProgram() {
    work().subscribe().dispose();
    assertThat(dropped).singleElement().isInstanceOf(ConnectionException.class);
    dropped.clear();

    GivenUp.quietly(work()).subscribe().dispose();

    assertThat(dropped).isEmpty();
  }

  @Test
  void aFailureThatSomebodyWaitsForIsTold() {
    Mono<String> failing = Mono.error(new ConnectionException("closed"));

    StepVerifier.create(GivenUp.quietly(failing)).verifyError(ConnectionException.class);
  }
}
