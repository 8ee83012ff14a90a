package io.echonet.dds.transport.kad;

import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.PeerInfo;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;

/** Asks peers, and lets the routing table know who answers and who does not. */
final class Queries {
  private final KadClient client;
  private final KnownPeers known;
  private final Set<Contact> asking = ConcurrentHashMap.newKeySet();
  private volatile Consumer<Contact> onSuspect = suspect -> {};

  Queries(KadClient client, KnownPeers known) {
    this.client = client;
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

  /**
   * Does {@code exchange} with {@code contact}, of which success or failure says whether the peer
   * is there.
   */
  private <T> Mono<T> watch(Contact contact, Mono<T> exchange) {
    return Mono.defer(
        () -> {
          asking.add(contact);
          return exchange
              .doOnSuccess(answer -> known.onAnswer(contact).ifPresent(onSuspect))
              .doOnError(failure -> known.onFailure(contact, failure))
              .doFinally(signal -> asking.remove(contact));
        });
  }

  /** Whether {@code contact} is being asked something just now. */
  boolean isAsking(Contact contact) {
    return asking.contains(contact);
  }
}
