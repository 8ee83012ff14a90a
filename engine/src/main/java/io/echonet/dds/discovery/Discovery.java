package io.echonet.dds.discovery;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.transport.ContentRouting;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.PeerStore;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Tells the network what this node holds, and finds out who holds what. */
public interface Discovery {
  /**
   * Begins to announce: what {@code store} holds already, then what is queued, then all of it again
   * at intervals.
   *
   * @param peerStore where the addresses of found peers are put
   */
  static Discovery start(
      ContentRouting routing,
      PeerStore peerStore,
      StorageProvider store,
      DiscoveryConfig config,
      Scheduler timer) {
    RoutedDiscovery discovery = new RoutedDiscovery(routing, peerStore, store, config, timer);
    discovery.start();
    return discovery;
  }

  /**
   * Queues {@code chunk}, which must be in the store by now, to be announced in the background, a
   * manifest ahead of all else. What was not announced before the node stops is when it starts
   * again.
   */
  void announce(Chunk chunk);

  /**
   * Searches once for nodes that hold {@code cid}, this one excepted, and emits each as found, its
   * addresses being known to the peer store by then. Ends with the walk, empty where nobody was
   * found; cancelling ends the walk.
   */
  Flux<PeerInfo> findProviders(Cid cid);

  /** CIDs that wait to be announced. */
  int pendingAnnouncements();

  /** Stops announcing. Idempotent. */
  Mono<Void> close();
}
