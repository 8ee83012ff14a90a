package io.echonet.dds.testing;

import io.echonet.dds.multiformats.Multihash;
import io.echonet.dds.transport.ContentRouting;
import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PeerInfo;
import io.echonet.dds.transport.PeerRouting;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Provider records that all hosts of a test share, in place of a distributed hash table. */
public final class FakeRouting {
  private final Scheduler scheduler;
  private final Duration delay;
  private final Map<Multihash, Map<PeerId, PeerInfo>> records = new ConcurrentHashMap<>();
  private final List<Host> members = new CopyOnWriteArrayList<>();
  private final Collection<Multihash> walks = new ConcurrentLinkedQueue<>();
  private final Collection<Multihash> announced = new ConcurrentLinkedQueue<>();
  private final AtomicInteger walking = new AtomicInteger();
  private volatile boolean down;

  /** Records that take {@code delay} to be found or put. */
  public FakeRouting(Scheduler scheduler, Duration delay) {
    this.scheduler = scheduler;
    this.delay = delay;
  }

  /** From now on nobody answers. */
  public void setDown(boolean nowDown) {
    down = nowDown;
  }

  /** The keys that were searched for, in order. */
  public List<Multihash> walks() {
    return List.copyOf(walks);
  }

  /** The keys that were announced, in order. */
  public List<Multihash> announced() {
    return List.copyOf(announced);
  }

  /** Searches under way now. */
  public int walking() {
    return walking.get();
  }

  /** Whom the records name for {@code key}. */
  public Set<PeerId> providers(Multihash key) {
    return Set.copyOf(records.getOrDefault(key, Map.of()).keySet());
  }

  /** Puts a record, true or not. */
  public void put(Multihash key, Host provider) {
    records
        .computeIfAbsent(key, k -> new ConcurrentSkipListMap<>())
        .put(provider.id(), new PeerInfo(provider.id(), provider.announcedAddresses()));
  }

  /** The routing as {@code host} sees it. */
  public Member join(Host host) {
    members.add(host);
    return new Member(host);
  }

  /** One host's view. */
  public final class Member implements ContentRouting, PeerRouting {
    private final Host host;

    Member(Host host) {
      this.host = host;
    }

    @Override
    public Mono<Integer> provide(Multihash key) {
      return Mono.delay(delay, scheduler)
          .map(
              tick -> {
                if (down) {
                  return 0;
                }
                announced.add(key);
                put(key, host);
                return 1;
              });
    }

    @Override
    public Flux<PeerInfo> findProviders(Multihash key, int limit) {
      return Flux.defer(
          () -> {
            walks.add(key);
            walking.incrementAndGet();
            return Mono.delay(delay, scheduler)
                .flatMapIterable(
                    tick -> down ? List.of() : records.getOrDefault(key, Map.of()).values())
                .filter(peer -> !peer.id().equals(host.id()))
                .take(limit)
                .doFinally(end -> walking.decrementAndGet());
          });
    }

    @Override
    public Mono<PeerInfo> findPeer(PeerId peer) {
      return Flux.fromIterable(members)
          .filter(member -> member.id().equals(peer))
          .next()
          .map(member -> new PeerInfo(peer, member.announcedAddresses()))
          .delayElement(delay, scheduler);
    }

    @Override
    public Flux<PeerInfo> closestPeers(Multihash key) {
      return Mono.delay(delay, scheduler)
          .flatMapIterable(tick -> down ? List.of() : members)
          .filter(member -> !member.id().equals(host.id()))
          .map(member -> new PeerInfo(member.id(), member.announcedAddresses()));
    }
  }
}
