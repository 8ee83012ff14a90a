package io.echonet.dds.transport.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.DialException;
import io.echonet.dds.transport.Multiaddr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

@Timeout(60)
class StaggeredDialTest {
  private static final Duration STAGGER = Duration.ofMillis(250);
  private static final Multiaddr ONE = Multiaddr.parse("/ip4/127.0.0.1/tcp/1");
  private static final Multiaddr TWO = Multiaddr.parse("/ip4/127.0.0.1/tcp/2");
  private static final Multiaddr THREE = Multiaddr.parse("/ip4/127.0.0.1/tcp/3");

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final Connection connection = TestConnections.unconnected();
  private final Map<Multiaddr, Mono<Connection>> outcomes = new HashMap<>();
  private final List<Multiaddr> started = new ArrayList<>();
  private final List<Multiaddr> cancelled = new ArrayList<>();

  private Mono<Connection> dial() {
    return new StaggeredDial(
            "a peer",
            List.of(ONE, TWO, THREE),
            address ->
                outcomes
                    .getOrDefault(address, Mono.never())
                    .doOnSubscribe(subscription -> started.add(address))
                    .doOnCancel(() -> cancelled.add(address)),
            STAGGER,
            time)
        .run();
  }

  @Test
  void theFirstAddressAloneIsTriedWhereItAnswersSoon() {
    outcomes.put(ONE, Mono.delay(Duration.ofMillis(249), time).thenReturn(connection));

    StepVerifier.create(dial())
        .then(() -> time.advanceTimeBy(Duration.ofMillis(249)))
        .expectNext(connection)
        .verifyComplete();

    time.advanceTimeBy(Duration.ofSeconds(10));
    assertThat(started).containsExactly(ONE);
  }

  @Test
  void theNextAddressJoinsInAfterTheHeadStart() {
    Disposable dialling = dial().subscribe();

    time.advanceTimeBy(STAGGER);
    assertThat(started).containsExactly(ONE, TWO);
    assertThat(cancelled).isEmpty();
    time.advanceTimeBy(STAGGER);
    assertThat(started).containsExactly(ONE, TWO, THREE);

    dialling.dispose();
    assertThat(cancelled).containsExactlyInAnyOrder(ONE, TWO, THREE);
  }

  @Test
  void afterAFailureTheNextAddressIsTriedAtOnce() {
    outcomes.put(ONE, Mono.error(new ConnectionException("refused")));
    outcomes.put(TWO, Mono.error(new ConnectionException("refused")));
    outcomes.put(THREE, Mono.just(connection));

    StepVerifier.create(dial()).expectNext(connection).verifyComplete();

    assertThat(started).containsExactly(ONE, TWO, THREE);
  }

  @Test
  void theFirstToSucceedIsTakenAndTheOthersAreGivenUp() {
    outcomes.put(TWO, Mono.delay(Duration.ofMillis(10), time).thenReturn(connection));

    StepVerifier.create(dial())
        .then(() -> time.advanceTimeBy(Duration.ofMillis(260)))
        .expectNext(connection)
        .verifyComplete();

    assertThat(started).containsExactly(ONE, TWO);
    assertThat(cancelled).contains(ONE);
  }

  @Test
  void aLateSuccessOfTheFirstStillCounts() {
    outcomes.put(ONE, Mono.delay(Duration.ofSeconds(5), time).thenReturn(connection));

    StepVerifier.create(dial())
        .then(() -> time.advanceTimeBy(Duration.ofSeconds(5)))
        .expectNext(connection)
        .verifyComplete();
    assertThat(cancelled).contains(TWO, THREE);
  }

  @Test
  void whereAllFailEveryAddressIsNamedWithItsReason() {
    outcomes.put(ONE, Mono.error(new ConnectionException("refused")));
    outcomes.put(
        TWO,
        Mono.delay(Duration.ofSeconds(1), time)
            .then(Mono.error(new ConnectionException("cannot dial " + TWO + ": hung up"))));
    outcomes.put(THREE, Mono.error(new IllegalStateException()));
    AtomicReference<Throwable> failure = new AtomicReference<>();

    dial().subscribe(nothing -> {}, failure::set);
    time.advanceTimeBy(Duration.ofSeconds(1));

    assertThat(failure.get())
        .isInstanceOf(DialException.class)
        .hasMessage(
            "cannot reach a peer: "
                + ONE
                + ": refused; "
                + TWO
                + ": hung up; "
                + THREE
                + ": IllegalStateException");
  }
}
