package io.echonet.dds.transport.kad;

import com.google.protobuf.ByteString;
import io.echonet.dds.transport.RecordException;
import java.util.List;
import java.util.Optional;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Puts values to the peers nearest to their key, and looks them up. */
final class ValueExchange implements Disposable {
  /** How many searches may be correcting peers at a time; further ones leave it to the next. */
  private static final int MAX_CORRECTIONS = 16;

  private final KadConfig config;
  private final Values values;
  private final Queries queries;
  private final Walks walks;
  private final Permits permits;
  private final Disposable.Composite correcting = Disposables.composite();

  ValueExchange(KadConfig config, Values values, Queries queries, Walks walks, Permits permits) {
    this.config = config;
    this.values = values;
    this.queries = queries;
    this.walks = walks;
    this.permits = permits;
  }

  /** As {@link KademliaDht#putValue}. */
  Mono<Void> put(byte[] key, byte[] value) {
    ByteString name = ByteString.copyFrom(key);
    ByteString content = ByteString.copyFrom(value);
    refuse(values.validation().objection(name, content));
    return Mono.defer(
        () -> {
          ValueRecord record = values.keep(name, content);
          return permits
              .inTurn(walks.closest(name).flux())
              .next()
              .flatMap(nearest -> put(nearest, record));
        });
  }

  private Mono<Void> put(List<Contact> peers, ValueRecord record) {
    return Flux.fromIterable(peers)
        .flatMap(peer -> queries.put(peer, record).onErrorReturn(false), config.alpha(), 1)
        .filter(took -> took)
        .count()
        .flatMap(
            took ->
                took == 0 && !peers.isEmpty()
                    ? Mono.error(
                        new RecordException("none of " + peers.size() + " peers took the value"))
                    : Mono.empty());
  }

  /** As {@link KademliaDht#getValue}. */
  Mono<byte[]> get(byte[] key) {
    ByteString name = ByteString.copyFrom(key);
    refuse(values.validation().objection(name));
    return Mono.defer(
        () -> {
          ValueSearch search = new ValueSearch(name, values.validation(), config.values().quorum());
          values.get(name).map(ValueRecord::value).ifPresent(search::onOwn);
          Mono<Void> searched =
              search.isEnough()
                  ? Mono.empty()
                  : permits
                      .inTurn(walks.to(Walk.Goal.value(name)))
                      .doOnNext(event -> on(event, search))
                      .takeUntil(event -> search.isEnough())
                      .then(Mono.fromRunnable(() -> correct(name, search)));
          return searched.then(
              Mono.defer(() -> Mono.justOrEmpty(search.best()).map(ByteString::toByteArray)));
        });
  }

  private static void refuse(Optional<String> objection) {
    if (objection.isPresent()) {
      throw new IllegalArgumentException(objection.get());
    }
  }

  private static void on(Walk.Event event, ValueSearch search) {
    if (event instanceof Walk.Answered answered) {
      search.onAnswer(answered.contact(), answered.response().record());
    } else {
      search.onEnd();
    }
  }

  /** Tells the best value to those that ought to have it, this node included. */
  private void correct(ByteString key, ValueSearch search) {
    List<Contact> peers = search.toCorrect(config.k());
    if (search.best().isEmpty()) {
      return;
    }
    ByteString best = search.best().get();
    boolean isKeptWorse =
        values
            .kept(key)
            .filter(kept -> values.validation().isBetter(key, best, kept.value()))
            .isPresent();
    if (isKeptWorse) {
      values.keep(key, best);
    }
    if (peers.isEmpty() || correcting.size() >= MAX_CORRECTIONS) {
      return;
    }
    Disposable.Swap correction = Disposables.swap();
    correcting.add(correction);
    correction.update(
        put(peers, values.record(key, best))
            .onErrorComplete()
            .doFinally(signal -> correcting.remove(correction))
            .subscribe());
  }

  @Override
  public void dispose() {
    correcting.dispose();
  }
}
