package io.echonet.dds.transport.kad;

import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.HostEvent;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import reactor.core.publisher.Mono;

/** Finds out where a peer is. */
final class PeerFinder {
  private final Host host;
  private final KnownPeers known;
  private final Walks walks;
  private final Permits permits;

  PeerFinder(Host host, KnownPeers known, Walks walks, Permits permits) {
    this.host = host;
    this.known = known;
    this.walks = walks;
    this.permits = permits;
  }

  /** As {@link KademliaDht#findPeer}. */
  Mono<PeerInfo> find(PeerId peer) {
    Mono<PeerInfo> here =
        Mono.fromSupplier(() -> known.info(peer)).filter(info -> !info.addresses().isEmpty());
    Mono<PeerInfo> sought =
        permits
            .inTurn(walkTo(peer).flux())
            .next()
            .takeUntilOther(identified(peer))
            .switchIfEmpty(here);
    return Mono.defer(
        () -> known.isSelf(peer) || known.isConnected(peer) ? here.switchIfEmpty(sought) : sought);
  }

  /** Signals when {@code peer} has connected and said where it is. */
  private Mono<HostEvent> identified(PeerId peer) {
    return host.events()
        .filter(event -> event instanceof HostEvent.Identified && event.peer().equals(peer))
        .next();
  }

  /** The first answer on a walk to {@code peer} that says where it is. */
  Mono<PeerInfo> walkTo(PeerId peer) {
    return walks
        .to(Walk.Goal.peer(peer))
        .ofType(Walk.Answered.class)
        .concatMapIterable(answered -> answered.response().closer())
        .filter(named -> named.id().equals(peer))
        .map(known::accepted)
        .filter(named -> !named.addresses().isEmpty())
        .next()
        .doOnNext(known::learn);
  }
}
