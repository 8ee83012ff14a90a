package io.echonet.dds.transport.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Mono;
import reactor.test.publisher.TestPublisher;

class OwnTasksTest {
  private final OwnTasks tasks = new OwnTasks();
  private final List<Throwable> errors = new ArrayList<>();

  @Test
  void cancelsWhatRunsWhenDisposedOf() {
    TestPublisher<Void> running = TestPublisher.create();
    assertThat(tasks.run(running.mono(), errors::add)).isTrue();

    tasks.dispose();

    running.assertCancelled();
    assertThat(errors).isEmpty();
  }

  @Test
  void runsNothingOnceDisposedOf() {
    tasks.dispose();

    TestPublisher<Void> late = TestPublisher.create();
    assertThat(tasks.run(late.mono(), errors::add)).isFalse();

    late.assertWasNotSubscribed();
  }

  @Test
  void tellsErrors() {
    tasks.run(Mono.error(new IllegalStateException("expected")), errors::add);

    assertThat(errors).singleElement().isInstanceOf(IllegalStateException.class);
  }

  @Test
  void cancelsAlsoWhatHasNotYetAcknowledgedItsSubscription() {
    AtomicReference<Subscriber<? super Void>> waiting = new AtomicReference<>();
    Publisher<Void> slow = waiting::set;
    TestPublisher<Void> other = TestPublisher.create();
    tasks.run(Mono.fromDirect(slow), errors::add);
    tasks.run(other.mono(), errors::add);

    tasks.dispose();

    other.assertCancelled();
    RecordingSubscription late = new RecordingSubscription();
    Objects.requireNonNull(waiting.get()).onSubscribe(late);
    assertThat(late.cancelled).isTrue();
  }

  private static final class RecordingSubscription implements Subscription {
    boolean cancelled;

    @Override
    public void request(long n) {}

    @Override
    public void cancel() {
      cancelled = true;
    }
  }
}
