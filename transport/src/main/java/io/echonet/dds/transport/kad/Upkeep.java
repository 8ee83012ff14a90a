package io.echonet.dds.transport.kad;

import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.HostEvent;
import io.echonet.dds.transport.PeerId;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Keeps the routing table: lets newcomers in, checks the old, walks into every bucket from time to
 * time.
 */
final class Upkeep implements Disposable {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

  private final Host host;
  private final KadConfig config;
  private final KnownPeers known;
  private final Queries queries;
  private final Walks walks;
  private final Runnable expireRecords;
  private final Random random;
  private final Scheduler scheduler;
  private final Sinks.Many<Long> wanted = Sinks.many().multicast().directBestEffort();
  private final Disposable.Composite running = Disposables.composite();
  private final Disposable.Composite checks = Disposables.composite();

  Upkeep(
      Host host,
      KadConfig config,
      KnownPeers known,
      Queries queries,
      Walks walks,
      Runnable expireRecords,
      Random random,
      Scheduler scheduler) {
    this.host = host;
    this.config = config;
    this.known = known;
    this.queries = queries;
    this.walks = walks;
    this.expireRecords = expireRecords;
    this.random = random;
    this.scheduler = scheduler;
  }

  void start() {
    queries.onSuspect(this::check);
    running.add(checks);
    running.add(
        host.events()
            .subscribe(
                this::onEvent, failure -> LOG.warn("no longer hears of newcomers", failure)));
    Duration refresh = config.upkeep().refresh();
    // Nodes that were started together should not all refresh at once ever after.
    Duration first =
        Duration.ofMillis((long) (refresh.toMillis() * (0.5 + random.nextDouble() / 2)));
    running.add(
        Flux.interval(first, refresh, scheduler)
            .mergeWith(wanted.asFlux())
            .onBackpressureLatest()
            .concatMap(tick -> refresh(), 1)
            .subscribe(
                nothing -> {},
                failure -> LOG.warn("no longer refreshes its routing table", failure)));
    meetConnected();
  }

  /** Has {@code other} end with this. */
  void with(Disposable other) {
    running.add(other);
  }

  /** Asks for a refresh now rather than at its time. */
  void refreshSoon() {
    wanted.tryEmitNext(0L);
  }

  private void onEvent(HostEvent event) {
    Contact contact = Contact.of(event.peer());
    if (event instanceof HostEvent.Connected) {
      known.onHeard(contact);
    } else if (event instanceof HostEvent.Identified) {
      onIdentified(contact);
    }
  }

  private void onIdentified(Contact contact) {
    if (!host.peerStore().protocols(contact.peer()).contains(config.protocol())) {
      known.table().remove(contact);
    } else if (known.table().wants(contact) && !known.table().contains(contact)) {
      check(contact);
    }
  }

  /** Events may have been missed, or have come before this was started. */
  private void meetConnected() {
    host.connections().stream()
        .map(Connection::remotePeer)
        .filter(peer -> host.peerStore().protocols(peer).contains(config.protocol()))
        .map(Contact::of)
        .forEach(this::onIdentified);
  }

  /**
   * Asks {@code contact} something, which lets it into the table or out of it; not where too many
   * are asked.
   */
  private void check(Contact contact) {
    if (checks.size() >= config.upkeep().checks()
        || queries.isAsking(contact)
        || !known.mayAsk(contact)) {
      return;
    }
    Disposable.Swap check = Disposables.swap();
    checks.add(check);
    check.update(
        ask(contact)
            .doFinally(signal -> checks.remove(check))
            .subscribe(answer -> {}, failure -> {}));
  }

  private Mono<KadResponse> ask(Contact contact) {
    PeerId self = known.self().peer();
    return queries.ask(contact, KadRequest.FindNode.of(self));
  }

  private Mono<Void> refresh() {
    Duration interval = config.upkeep().refresh();
    return Mono.defer(
            () -> {
              Instant now = known.now();
              expireRecords.run();
              known.renewConnected();
              meetConnected();
              return Flux.fromIterable(known.table().unheardSince(now.minus(interval)))
                  .flatMap(contact -> ask(contact).onErrorComplete(), config.alpha(), 1)
                  .then(walks.closest(known.self().peer()))
                  .thenMany(Flux.defer(() -> walkBuckets(now.minus(interval))))
                  .then();
            })
        .doOnError(failure -> LOG.warn("refresh of the routing table failed", failure))
        .onErrorComplete();
  }

  private Flux<?> walkBuckets(Instant since) {
    return Flux.fromIterable(known.table().unwalkedSince(since))
        .map(index -> Prefix.of(known.self().key().flip(index), index + 1))
        .concatMap(bucket -> Mono.justOrEmpty(KeySearch.within(bucket, random)), 1)
        .concatMap(walks::closest, 1);
  }

  @Override
  public void dispose() {
    running.dispose();
  }

  @Override
  public boolean isDisposed() {
    return running.isDisposed();
  }
}
