package io.echonet.dds.transport;

import io.echonet.dds.multiformats.Multihash;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Where peers are, and which are near a key. */
public interface PeerRouting {
  /** The addresses of {@code peer}; empty where nobody knows it. */
  Mono<PeerInfo> findPeer(PeerId peer);

  /** The peers nearest to {@code key} that answered a walk, nearest first, at most k. */
  Flux<PeerInfo> closestPeers(Multihash key);
}
