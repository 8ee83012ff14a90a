package io.echonet.dds.transport;

import io.echonet.dds.multiformats.Multihash;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Who has what: provider records of a distributed hash table, keyed by the content's multihash. */
public interface ContentRouting {
  /**
   * Announces that this host provides {@code key}; completes once the peers nearest to the key were told,
   * with the number of peers that took the record. Zero is no error: nobody was there to tell.
   */
  Mono<Integer> provide(Multihash key);

  /**
   * Walks the network for providers of {@code key} and emits each peer once, as found, this host excepted.
   * Completes when the walk ends, when {@code limit} peers were found; cancelling ends the walk. Finding
   * nobody completes empty.
   */
  Flux<PeerInfo> findProviders(Multihash key, int limit);
}
