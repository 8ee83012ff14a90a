package io.echonet.dds.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.testing.VirtualTime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

class ProgressWatchTest {
  private final VirtualTime time = new VirtualTime();
  private final AtomicBoolean expired = new AtomicBoolean();

  private Disposable watch(ProgressWatch watch) {
    return watch.expired().doOnSuccess(done -> expired.set(true)).subscribe();
  }

  @Test
  void quietForTooLongExpires() {
    watch(new ProgressWatch(time.scheduler(), Duration.ofSeconds(10), Duration.ofSeconds(30)));
    time.pass(Duration.ofMillis(9_999));
    assertThat(expired).isFalse();
    time.pass(Duration.ofMillis(1));
    assertThat(expired).isTrue();
  }

  @Test
  void progressPutsItOffUntilTheWholeTakesTooLong() {
    ProgressWatch watch =
        new ProgressWatch(time.scheduler(), Duration.ofSeconds(10), Duration.ofSeconds(30));
    watch(watch);
    for (int i = 0; i < 5; i++) {
      time.pass(Duration.ofSeconds(5));
      watch.progressed();
    }
    time.pass(Duration.ofMillis(4_999));
    assertThat(expired).isFalse();
    time.pass(Duration.ofMillis(1));
    assertThat(expired).isTrue();
  }

  @Test
  void nobodyIsToldAfterCancelling() {
    watch(new ProgressWatch(time.scheduler(), Duration.ofSeconds(10))).dispose();
    time.pass(Duration.ofMinutes(1));
    assertThat(expired).isFalse();
  }
}
