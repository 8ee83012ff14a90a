package io.echonet.dds.transport.kad;

import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.StreamResetException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Asks peers, and lets the routing table know who answers and who does not. */
final class Queries {
  private final KadClient client;
  private final KnownPeers known;
  private final Set<Contact> asking = ConcurrentHashMap.newKeySet();
  private volatile Consumer<Contact> onSuspect = suspect -> {};

  Queries(Host host, KadConfig config, KnownPeers known, KadCodec codec, Scheduler scheduler) {
    this.client = new KadClient(host, config, codec, scheduler, this::onAnswer);
    this.known = known;
  }

  /** Who is told of peers that ought to be checked. */
  void onSuspect(Consumer<Contact> listener) {
    onSuspect = listener;
  }

  /** As {@link KadClient#ask}. */
  Mono<KadResponse> ask(Contact contact, KadRequest request) {
    return watch(contact, client.ask(contact.peer(), request));
  }

  /** As {@link KadClient#announce}. */
  Mono<Void> announce(Contact contact, List<Multihash> keys, PeerInfo self) {
    return watch(contact, client.announce(contact.peer(), keys, self));
  }

  /** Whether {@code contact} takes {@code record}; a refusal does not say that it is not there. */
  Mono<Boolean> put(Contact contact, ValueRecord record) {
    Mono<Boolean> taken =
        client
            .ask(contact.peer(), new KadRequest.PutValue(record))
            .map(answer -> answer.record().filter(it -> isSame(it, record)).isPresent())
            .onErrorReturn(StreamResetException.class, false);
    return watch(contact, taken);
  }

  private static boolean isSame(ValueRecord echo, ValueRecord record) {
    return echo.key().equals(record.key()) && echo.value().equals(record.value());
  }

  private void onAnswer(Connection connection) {
    known.onAnswer(connection).ifPresent(onSuspect);
  }

  /**
   * Does {@code exchange} with {@code contact}, of which failure says that the peer is not there.
   */
  private <T> Mono<T> watch(Contact contact, Mono<T> exchange) {
    return Mono.defer(
        () -> {
          asking.add(contact);
          return exchange
              .doOnError(failure -> known.onFailure(contact, failure))
              .doFinally(signal -> asking.remove(contact));
        });
  }

  /** Whether {@code contact} is being asked something just now. */
  boolean isAsking(Contact contact) {
    return asking.contains(contact);
  }
}
