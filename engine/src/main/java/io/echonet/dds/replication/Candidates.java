package io.echonet.dds.replication;

import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.network.NetworkService;
import io.echonet.dds.transport.Connection;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.PeerRouting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The nodes that could hold something, each given out once: those named first, then those that are
 * connected, then those that a walk finds near a key. Not thread-safe; asked again only after it
 * has answered.
 */
final class Candidates {
  private static final Duration ADDRESS_LIFE = Duration.ofMinutes(30);

  private final Host host;
  private final PeerRouting routing;
  private final ReplicationConfig config;
  private final Scheduler timer;
  private final Random random;
  private final List<PeerInfo> named;
  private final Set<PeerId> given = new HashSet<>();

  Candidates(
      Host host,
      PeerRouting routing,
      ReplicationConfig config,
      Scheduler timer,
      Random random,
      Collection<PeerInfo> named) {
    this.host = host;
    this.routing = routing;
    this.config = config;
    this.timer = timer;
    this.random = random;
    this.named = List.copyOf(named);
    given.add(host.id());
  }

  /** Never gives {@code peer} out from now on. */
  void exclude(PeerId peer) {
    given.add(peer);
  }

  /**
   * Up to {@code count} of those that are known, and of those one walk finds where they are fewer.
   */
  Mono<List<PeerId>> take(int count, Multihash near) {
    return Mono.defer(
        () -> {
          List<PeerId> known = takeKnown(count);
          if (known.size() == count || isExhausted()) {
            return Mono.just(known);
          }
          return walk(near)
              .take(count - (long) known.size())
              .collectList()
              .map(
                  found -> {
                    known.addAll(found);
                    return known;
                  });
        });
  }

  /** As {@link #take}, walking again and again until there is one at least, or the time is up. */
  Mono<List<PeerId>> search(int count, Multihash near) {
    return take(count, near)
        .filter(peers -> !peers.isEmpty())
        .repeatWhenEmpty(
            Integer.MAX_VALUE,
            repeats ->
                repeats
                    .takeWhile(repeat -> !isExhausted())
                    .delayElements(config.retryPause(), timer))
        .timeout(config.searchTimeout(), Mono.empty(), timer)
        .onErrorComplete(IllegalStateException.class)
        .defaultIfEmpty(List.of());
  }

  private boolean isExhausted() {
    return given.size() > config.maxCandidates();
  }

  private List<PeerId> takeKnown(int count) {
    List<PeerId> peers = new ArrayList<>();
    for (PeerInfo peer : named) {
      if (peers.size() < count && take(peer)) {
        peers.add(peer.id());
      }
    }
    List<PeerId> connected =
        new ArrayList<>(host.connections().stream().map(Connection::remotePeer).toList());
    Collections.shuffle(connected, random);
    for (PeerId peer : connected) {
      if (peers.size() < count && saysItSpeaksDds(peer) && take(peer)) {
        peers.add(peer);
      }
    }
    return peers;
  }

  private Flux<PeerId> walk(Multihash near) {
    return routing
        .closestPeers(near)
        .filter(peer -> saysNothing(peer.id()) || saysItSpeaksDds(peer.id()))
        .filter(this::take)
        .map(PeerInfo::id)
        .take(config.searchTimeout(), timer);
  }

  private boolean take(PeerInfo peer) {
    if (!peer.addresses().isEmpty()) {
      host.peerStore().addAddresses(peer.id(), peer.addresses(), ADDRESS_LIFE);
    }
    return take(peer.id());
  }

  private boolean take(PeerId peer) {
    return !isExhausted() && given.add(peer);
  }

  private boolean saysNothing(PeerId peer) {
    return host.peerStore().protocols(peer).isEmpty();
  }

  private boolean saysItSpeaksDds(PeerId peer) {
    return host.peerStore().protocols(peer).contains(NetworkService.PROTOCOL);
  }
}
