package io.echonet.dds.transport;

import io.echonet.dds.multiformats.Multihash;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Who has what: provider records of a distributed hash table, keyed by the content's multihash. */
public interface ContentRouting {
  /**
   * Announces that this host provides {@code key}; completes once the peers nearest to the key were
   * told, with the number of peers that took the record. Zero is no error: nobody was there to
   * tell.
   */
  Mono<Integer> provide(Multihash key);

  /**
   * Announces many keys at far less than the cost of each by itself: keys that lie near each other
   * share walks and streams. Emits each key once, in no particular order, when the peers nearest to
   * it were told; what has been emitted need not be announced again, so an interrupted announcement
   * can be resumed.
   *
   * <p>Keys are taken in bounded batches, as downstream demand allows. Errors: that of {@code keys}
   * alone.
   */
  default Flux<Provided> provideAll(Publisher<Multihash> keys) {
    return Flux.from(keys).concatMap(key -> provide(key).map(peers -> new Provided(key, peers)), 1);
  }

  /**
   * Walks the network for providers of {@code key} and emits each peer once, as found, this host
   * excepted. Completes when the walk ends, when {@code limit} peers were found; cancelling ends
   * the walk. Finding nobody completes empty.
   */
  Flux<PeerInfo> findProviders(Multihash key, int limit);

  /**
   * A key that was announced.
   *
   * @param peers how many peers took the record
   */
  record Provided(Multihash key, int peers) {}
}
