package io.echonet.dds.transport.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.HostEvent;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.testing.Await;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

@Timeout(60)
class HostEventsTest {
  private static final List<HostEvent> SOME =
      IntStream.range(0, 5).<HostEvent>mapToObj(i -> new HostEvent.Disconnected(peer(i))).toList();

  private final HostEvents events = new HostEvents(3);

  private static PeerId peer(int seed) {
    return Identity.generate(new Random(seed)).peerId();
  }

  private void emit(HostEvent event) {
    events.enqueue(event);
    events.drain();
  }

  @Test
  void eventsAreToldFromSubscriptionOnAndEndWithTheHost() {
    emit(SOME.get(0));

    StepVerifier.create(events.events())
        .then(() -> emit(SOME.get(1)))
        .expectNext(SOME.get(1))
        .then(events::end)
        .verifyComplete();
  }

  @Test
  void whoIsBehindMissesTheOldest() {
    StepVerifier.create(events.events(), 0)
        .then(() -> SOME.forEach(this::emit))
        .thenRequest(10)
        .expectNext(SOME.get(2), SOME.get(3), SOME.get(4))
        .thenCancel()
        .verify();
  }

  @Test
  void aSubscriberThatEmitsDoesNotTurnTheOrderRound() {
    StepVerifier.create(
            events
                .events()
                .doOnNext(
                    event -> {
                      if (event.equals(SOME.get(0))) {
                        emit(SOME.get(1));
                      }
                    }))
        .then(() -> emit(SOME.get(0)))
        .expectNext(SOME.get(0), SOME.get(1))
        .thenCancel()
        .verify();
  }

  @Test
  void noEventIsLostBetweenManyThreads() {
    HostEvents wide = new HostEvents(10_000);
    StepVerifier.create(wide.events().collectList())
        .then(
            () ->
                Flux.range(0, 8)
                    .flatMap(
                        thread ->
                            Flux.range(0, 1_000)
                                .publishOn(Schedulers.parallel())
                                .doOnNext(
                                    i -> {
                                      wide.enqueue(SOME.get(i % 5));
                                      wide.drain();
                                    }),
                        8,
                        32)
                    .doOnComplete(wide::end)
                    .subscribe())
        .assertNext(all -> assertThat(all).hasSize(8_000))
        .expectComplete()
        .verify(Await.TIMEOUT);
  }
}
