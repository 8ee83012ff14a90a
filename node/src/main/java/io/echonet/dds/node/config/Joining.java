package io.echonet.dds.node.config;

import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.kad.KademliaDht;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One attempt to enter the network by the bootstrap peers, which goes on behind whoever waits. */
final class Joining implements Disposable {
  private static final Logger LOG = LoggerFactory.getLogger(Joining.class);
  private static final int PARALLEL_DIALS = 16;

  /** The rest of the walk to one's own neighbours is worth no more waiting. */
  private static final Duration WALK_LIMIT = Duration.ofSeconds(2);

  private final Host host;
  private final KademliaDht dht;
  private final List<Multiaddr> addresses;
  private final Duration limit;
  private final Map<Multiaddr, String> failures =
      Collections.synchronizedMap(new LinkedHashMap<>());
  private final Disposable.Composite background = Disposables.composite();

  /**
   * @param addresses where the peers are
   * @param limit how long each of them has to be reached
   */
  Joining(Host host, KademliaDht dht, List<Multiaddr> addresses, Duration limit) {
    this.host = host;
    this.dht = dht;
    this.addresses =
        addresses.stream()
            .filter(address -> address.peerId().filter(host.id()::equals).isEmpty())
            .toList();
    this.limit = limit;
  }

  /** Completes once one peer was reached, and what it knows of this node's neighbours was asked. */
  Mono<Void> byTheFirst() {
    return enter(reached().next().map(List::of));
  }

  /** As {@link #byTheFirst}, but waits until each was reached or given up; answers the latter. */
  Mono<Map<Multiaddr, String>> byAll() {
    return enter(reached().collectList()).then(Mono.fromSupplier(this::failures));
  }

  private Mono<Void> enter(Mono<List<Multiaddr>> reached) {
    return reached
        .filter(peers -> !peers.isEmpty())
        .switchIfEmpty(Mono.error(() -> new BootstrapException(failures())))
        .flatMap(peers -> dht.bootstrap(peers).timeout(WALK_LIMIT, Mono.empty()))
        .doFinally(signal -> goOn())
        .then();
  }

  private Flux<Multiaddr> reached() {
    return Flux.fromIterable(addresses).flatMap(this::reach, PARALLEL_DIALS, 1);
  }

  private Mono<Multiaddr> reach(Multiaddr address) {
    return host.connect(address)
        .map(connection -> address)
        .timeout(limit)
        .doOnError(failure -> failures.put(address, reason(address, failure)))
        .onErrorComplete();
  }

  /** Why it failed; a message that says where as well loses that, which is said beside it. */
  private String reason(Multiaddr address, Throwable failure) {
    if (failure instanceof TimeoutException) {
      return "no answer within " + limit.toMillis() + " ms";
    }
    String message = String.valueOf(failure.getMessage());
    String place = address.withoutPeerId() + ": ";
    int at = message.indexOf(place);
    return at < 0 ? message : message.substring(at + place.length());
  }

  private Map<Multiaddr, String> failures() {
    synchronized (failures) {
      return new LinkedHashMap<>(failures);
    }
  }

  /**
   * From now on the DHT looks after its contacts, and returns to all these when it has lost them.
   */
  private void goOn() {
    background.add(
        dht.bootstrap(addresses)
            .subscribe(
                result -> LOG.debug("joined: {}", result),
                failure -> LOG.warn("no longer tries the bootstrap peers", failure)));
  }

  @Override
  public void dispose() {
    background.dispose();
  }

  @Override
  public boolean isDisposed() {
    return background.isDisposed();
  }
}
