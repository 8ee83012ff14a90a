package io.echonet.dds.transport.dns;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import reactor.core.publisher.Mono;

/** Answers kept for as long as they hold, failures too. */
final class CachedNames implements NameService {
  private final NameService others;
  private final Cache<Question, Answer> answers;

  CachedNames(NameService others, ResolverConfig config, Ticker ticker) {
    this.others = others;
    this.answers =
        Caffeine.newBuilder()
            .maximumWeight(config.maxCacheBytes())
            .<Question, Answer>weigher((question, answer) -> answer.bytes())
            .expireAfter(Expiry.<Question, Answer>writing((question, answer) -> answer.life()))
            .ticker(ticker)
            .executor(Runnable::run)
            .build();
  }

  @Override
  public Mono<Answer> ask(Question question) {
    return Mono.defer(
        () -> {
          Answer kept = answers.getIfPresent(question);
          return kept != null
              ? Mono.just(kept)
              : others.ask(question).doOnNext(answer -> answers.put(question, answer));
        });
  }
}
