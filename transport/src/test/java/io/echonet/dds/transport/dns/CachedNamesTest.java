package io.echonet.dds.transport.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.dns.Question.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class CachedNamesTest {
  private static final byte[] IP = {127, 0, 0, 1};

  private final AtomicLong nanos = new AtomicLong();
  private final List<Question> asked = new ArrayList<>();

  private NameService cached(int maxBytes, Answer answer) {
    ResolverConfig config =
        ResolverConfig.defaults().withCache(Duration.ofHours(1), Duration.ofSeconds(5), maxBytes);
    return new CachedNames(
        question -> Mono.fromSupplier(() -> answer).doOnNext(given -> asked.add(question)),
        config,
        nanos::get);
  }

  private static void ask(NameService names, String name) {
    assertThat(names.ask(Question.of(name, Kind.A)).block()).isNotNull();
  }

  @Test
  void anAnswerIsAskedForAgainOnlyAfterItsLife() {
    NameService names = cached(10_000, Answer.of(List.of(IP), Duration.ofSeconds(30)));
    ask(names, "a");
    nanos.addAndGet(Duration.ofSeconds(29).toNanos());
    ask(names, "A.");
    assertThat(asked).hasSize(1);

    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    ask(names, "a");

    assertThat(asked).hasSize(2);
  }

  @Test
  void failuresAreKeptToo() {
    NameService names = cached(10_000, Answer.failed("no such name", Duration.ofSeconds(5)));
    ask(names, "a");
    ask(names, "a");
    assertThat(asked).hasSize(1);

    nanos.addAndGet(Duration.ofSeconds(6).toNanos());
    ask(names, "a");

    assertThat(asked).hasSize(2);
  }

  @Test
  void whatIsKeptIsBoundedInBytes() {
    NameService names = cached(5_000, Answer.of(List.of(IP), Duration.ofHours(1)));
    for (int i = 0; i < 1_000; i++) {
      ask(names, "name" + i);
    }
    asked.clear();
    for (int i = 0; i < 1_000; i++) {
      ask(names, "name" + i);
    }

    assertThat(asked).hasSizeGreaterThan(950);
  }

  @Test
  void anAnswerLargerThanTheCacheIsNotKept() {
    NameService names = cached(5_000, Answer.of(List.of(new byte[60_000]), Duration.ofHours(1)));
    ask(names, "a");
    ask(names, "a");

    assertThat(asked).hasSize(2);
  }
}
