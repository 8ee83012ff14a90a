package io.echonet.dds.transport.host;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.DialException;
import io.echonet.dds.transport.Multiaddr;
import java.time.Duration;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Tries the addresses of a peer in order, the next one joining in once the one before has failed or
 * had a head start; the first that succeeds is taken and the others are given up.
 */
final class StaggeredDial {
  private final String whom;
  private final List<Multiaddr> addresses;
  private final Function<Multiaddr, Mono<Connection>> attempt;
  private final Duration stagger;
  private final Scheduler timer;

  StaggeredDial(
      String whom,
      List<Multiaddr> addresses,
      Function<Multiaddr, Mono<Connection>> attempt,
      Duration stagger,
      Scheduler timer) {
    this.whom = whom;
    this.addresses = addresses;
    this.attempt = attempt;
    this.stagger = stagger;
    this.timer = timer;
  }

  /** Errors: {@link DialException} with every address and what came of it. */
  Mono<Connection> run() {
    return Mono.defer(
        () -> {
          AtomicReferenceArray<@Nullable Throwable> failures =
              new AtomicReferenceArray<>(addresses.size());
          return from(0, failures).switchIfEmpty(Mono.error(() -> failure(failures)));
        });
  }

  /** What the addresses from {@code index} on give; empty where all fail. */
  private Mono<Connection> from(int index, AtomicReferenceArray<@Nullable Throwable> failures) {
    if (index == addresses.size()) {
      return Mono.empty();
    }
    Sinks.Empty<Void> failed = Sinks.empty();
    Mono<Connection> first =
        Mono.defer(() -> attempt.apply(addresses.get(index)))
            .onErrorResume(
                failure -> {
                  failures.set(index, failure);
                  failed.tryEmitEmpty();
                  return Mono.empty();
                });
    Mono<Connection> rest =
        Mono.firstWithSignal(failed.asMono(), Mono.delay(stagger, timer).then())
            .then(Mono.defer(() -> from(index + 1, failures)));
    return Flux.merge(1, first, rest).next();
  }

  private DialException failure(AtomicReferenceArray<@Nullable Throwable> failures) {
    String unreached = whom.isEmpty() ? "cannot reach " : "cannot reach " + whom + ": ";
    StringJoiner tried = new StringJoiner("; ", unreached, "");
    Throwable last = null;
    boolean refusedHere = true;
    for (int i = 0; i < addresses.size(); i++) {
      Throwable failure = failures.get(i);
      if (failure != null) {
        tried.add(addresses.get(i) + ": " + reasonAt(addresses.get(i), failure));
        last = failure;
        refusedHere &= DialException.isRefusedHere(failure);
      }
    }
    return new DialException(tried.toString(), last, last != null && refusedHere);
  }

  /** The address stands before it already. */
  private static String reasonAt(Multiaddr address, Throwable failure) {
    String reason = reason(failure);
    String place = "cannot dial " + address + ": ";
    return reason.startsWith(place) ? reason.substring(place.length()) : reason;
  }

  static String reason(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
