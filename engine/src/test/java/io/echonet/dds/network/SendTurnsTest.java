package io.echonet.dds.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

class SendTurnsTest {
  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final SendTurns turns = new SendTurns(2, time);
  private final PeerId peer = Identity.generate(new Random(1)).peerId();
  private final List<Integer> begun = new ArrayList<>();
  private final List<SendTurns.Turn> begunTurns = new ArrayList<>();
  private final List<Sinks.One<String>> sendings = new ArrayList<>();
  private final List<Disposable> requests = new ArrayList<>();

  private void request(PeerId of) {
    int number = sendings.size();
    Sinks.One<String> sending = Sinks.one();
    sendings.add(sending);
    requests.add(
        turns
            .inTurn(
                of,
                turn -> {
                  begun.add(number);
                  begunTurns.add(turn);
                  return sending.asMono();
                })
            .onErrorResume(IllegalStateException.class, error -> Mono.empty())
            .subscribe());
  }

  private void requests(int count) {
    for (int i = 0; i < count; i++) {
      request(peer);
    }
  }

  @Test
  void aFewAreSentAtOnceAndTheOthersInTheirOrder() {
    requests(5);
    assertThat(begun).containsExactly(0, 1);
    sendings.get(1).tryEmitValue("sent");
    assertThat(begun).containsExactly(0, 1, 2);
    sendings.get(0).tryEmitError(new IllegalStateException("on purpose"));
    assertThat(begun).containsExactly(0, 1, 2, 3);
    sendings.get(2).tryEmitEmpty();
    assertThat(begun).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void peersDoNotWaitForEachOther() {
    requests(3);
    request(Identity.generate(new Random(2)).peerId());
    assertThat(begun).containsExactly(0, 1, 3);
  }

  @Test
  void whoIsCancelledWhileItWaitsIsPassedOver() {
    requests(4);
    requests.get(2).dispose();
    requests.get(0).dispose();
    assertThat(begun).containsExactly(0, 1, 3);
  }

  @Test
  void whoSendsNothingForLongDoesNotKeepOthersWaiting() {
    requests(4);
    time.advanceTimeBy(Duration.ofMillis(3_999));
    assertThat(begun).containsExactly(0, 1);
    time.advanceTimeBy(Duration.ofMillis(1));
    assertThat(begun).containsExactly(0, 1, 2, 3);
    requests(1);
    // Their ends come after others have had their turns, and give none away twice.
    sendings.get(0).tryEmitValue("sent");
    sendings.get(1).tryEmitValue("sent");
    assertThat(begun).containsExactly(0, 1, 2, 3);
    sendings.get(3).tryEmitValue("sent");
    assertThat(begun).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void whoGoesOnSendingKeepsItsTurnHoweverSlowlyItDoes() {
    requests(3);
    for (int i = 0; i < 10; i++) {
      time.advanceTimeBy(Duration.ofSeconds(3));
      begunTurns.forEach(SendTurns.Turn::progressed);
    }
    assertThat(begun).containsExactly(0, 1);
    sendings.get(0).tryEmitValue("sent");
    assertThat(begun).containsExactly(0, 1, 2);
  }

  @Test
  void whoIsCancelledBeforeItsTurnCanBeginLosesNone() {
    for (int i = 0; i < 5; i++) {
      turns
          .inTurn(peer, turn -> Mono.never())
          .subscribe(
              new BaseSubscriber<Object>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                  subscription.cancel();
                }
              });
    }
    assertThat(turns.peers()).isZero();
    requests(1);
    assertThat(begun).containsExactly(0);
  }

  @Test
  void nothingIsLeftOfPeersThatAreDone() {
    requests(6);
    request(Identity.generate(new Random(2)).peerId());
    assertThat(turns.peers()).isEqualTo(2);
    requests.forEach(Disposable::dispose);
    assertThat(turns.peers()).isZero();
  }
}
