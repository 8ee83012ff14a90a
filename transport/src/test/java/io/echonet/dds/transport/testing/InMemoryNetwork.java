package io.echonet.dds.transport.testing;

import io.echonet.dds.transport.Host;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.ListenException;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.MultiaddrProtocol;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Many hosts in one JVM, joined by links that can be slow, wrong or broken.
 *
 * <p>All that happens runs on one worker of the scheduler given. On a {@code VirtualTimeScheduler}
 * that is only driven from the test's thread, the same seed and the same calls give the same events
 * in the same order. Methods may be called from any thread; what they change is in force before
 * anything that is asked of a host afterwards.
 */
public final class InMemoryNetwork {
  private static final int FIRST_PORT = 10_000;
  private static final int FIRST_EPHEMERAL_PORT = 40_000;
  private static final int EPHEMERAL_PORTS = 25_000;
  private static final Duration DEFAULT_DIAL_TIMEOUT = Duration.ofSeconds(10);

  private final NetworkLoop loop;
  private final Clock clock;
  private final Random random;
  private final Map<Multiaddr, InMemoryHost> listeners = new ConcurrentHashMap<>();
  private final List<InMemoryHost> hosts = new CopyOnWriteArrayList<>();
  private final Map<Direction, Link> links = new HashMap<>();
  private final AtomicInteger nextPort = new AtomicInteger(FIRST_PORT);
  private final AtomicInteger dialled = new AtomicInteger();
  private Link defaultLink = Link.PERFECT;
  private Duration dialTimeout = DEFAULT_DIAL_TIMEOUT;

  private record Direction(Host from, Host to) {}

  private InMemoryNetwork(Scheduler scheduler, long seed) {
    this.loop = new NetworkLoop(scheduler);
    this.clock = SchedulerClock.of(scheduler);
    this.random = new Random(seed);
  }

  /**
   * An empty network whose time is the scheduler's; the hosts' identities come from {@code seed}.
   */
  public static InMemoryNetwork create(Scheduler scheduler, long seed) {
    return new InMemoryNetwork(scheduler, seed);
  }

  /** A new host that listens on a port of its own. */
  public Host newHost() {
    InMemoryHost host = add(nextIdentity());
    host.listenNow(Multiaddr.parse("/ip4/127.0.0.1/tcp/0"));
    return host;
  }

  /** A new host that listens nowhere yet. */
  public Host newSilentHost() {
    return add(nextIdentity());
  }

  /** A new host of this identity that listens nowhere yet. */
  public Host newSilentHost(Identity identity) {
    return add(identity);
  }

  private synchronized Identity nextIdentity() {
    return Identity.generate(random);
  }

  private InMemoryHost add(Identity identity) {
    InMemoryHost host = new InMemoryHost(this, loop, identity);
    hosts.add(host);
    return host;
  }

  /** The time of the network. */
  public Clock clock() {
    return clock;
  }

  /** Tells {@code who} where {@code whom} listens. */
  public static void introduce(Host who, Host whom) {
    who.peerStore().addAddresses(whom.id(), whom.announcedAddresses(), Duration.ofDays(365));
  }

  /** How bytes travel where nothing else is said, from now on. */
  public void setDefaultLink(Link link) {
    loop.execute(
        () -> {
          defaultLink = link;
          linksChanged();
        });
  }

  /** How bytes travel between two hosts in both directions, from now on. */
  public void setLink(Host one, Host other, Link link) {
    setLinkOneWay(one, other, link);
    setLinkOneWay(other, one, link);
  }

  /** How bytes travel from one host to another, from now on. */
  public void setLinkOneWay(Host from, Host to, Link link) {
    loop.execute(
        () -> {
          links.put(new Direction(from, to), link);
          linksChanged();
        });
  }

  /** How long a dial waits for a host that does not answer. */
  public void setDialTimeout(Duration timeout) {
    loop.execute(() -> dialTimeout = timeout);
  }

  /** Nothing passes between the two any more, and neither is told; dials time out. */
  public void partition(Host one, Host other) {
    setStalled(one, other, true);
  }

  /** What waited since {@link #partition} goes on its way. */
  public void heal(Host one, Host other) {
    setStalled(one, other, false);
  }

  private void setStalled(Host one, Host other, boolean stalled) {
    loop.execute(
        () -> {
          stall(one, other, stalled);
          stall(other, one, stalled);
          linksChanged();
        });
  }

  private void stall(Host from, Host to, boolean stalled) {
    links.put(new Direction(from, to), linkBetween(from, to).withStalled(stalled));
  }

  /** The host's machine loses power: it is closed, and its peers hear nothing of it. */
  public void unplug(Host host) {
    loop.execute(
        () -> {
          for (InMemoryHost other : hosts) {
            if (other != host) {
              stall(host, other, true);
              stall(other, host, true);
            }
          }
          linksChanged();
        });
    kill(host);
  }

  /** The host's process is killed: it is closed, and its peers see their connections break. */
  public void kill(Host host) {
    loop.execute(() -> ((InMemoryHost) host).closeNow(InMemoryConnection::lose));
  }

  /** Every connection between the two breaks. */
  public void disconnect(Host one, Host other) {
    loop.execute(
        () -> ((InMemoryHost) one).connectionsTo(other.id()).forEach(InMemoryConnection::lose));
  }

  /** Closes every host, discards what is under way and stops the network's time. */
  public Mono<Void> close() {
    return Mono.create(
        done ->
            loop.execute(
                () -> {
                  hosts.forEach(host -> host.closeNow(InMemoryConnection::lose));
                  loop.execute(
                      () -> {
                        done.success();
                        loop.dispose();
                      });
                }));
  }

  Link linkBetween(Host from, Host to) {
    return links.getOrDefault(new Direction(from, to), defaultLink);
  }

  boolean isStalled(Host one, Host other) {
    return linkBetween(one, other).stalled() || linkBetween(other, one).stalled();
  }

  Link defaultLink() {
    return defaultLink;
  }

  Duration dialTimeout() {
    return dialTimeout;
  }

  private void linksChanged() {
    hosts.forEach(InMemoryHost::linksChanged);
  }

  Optional<InMemoryHost> listener(Multiaddr address) {
    return Optional.ofNullable(listeners.get(address));
  }

  Multiaddr ephemeralAddress() {
    int index = dialled.getAndIncrement();
    int block = index / EPHEMERAL_PORTS;
    int port = FIRST_EPHEMERAL_PORT + index % EPHEMERAL_PORTS;
    return Multiaddr.parse("/ip4/127.0.%d.%d/tcp/%d".formatted(block / 255, 1 + block % 255, port));
  }

  /** Like a socket: port 0 is any free one, a taken one is refused. */
  Multiaddr bind(Multiaddr address, InMemoryHost host) {
    List<Multiaddr.Component> parts = address.components();
    if (parts.size() != 2 || parts.get(1).protocol() != MultiaddrProtocol.TCP) {
      throw new ListenException("cannot listen on " + address + ": not an address of TCP");
    }
    Multiaddr bound = parts.get(1).value().equals("0") ? onFreePort(parts.get(0)) : address;
    if (listeners.putIfAbsent(bound, host) != null) {
      throw new ListenException("cannot listen on " + address + ": address in use");
    }
    return bound;
  }

  private Multiaddr onFreePort(Multiaddr.Component host) {
    Multiaddr candidate;
    do {
      String port = Integer.toString(nextPort.getAndIncrement());
      candidate = Multiaddr.of(List.of(host, new Multiaddr.Component(MultiaddrProtocol.TCP, port)));
    } while (listeners.containsKey(candidate));
    return candidate;
  }

  void unbind(InMemoryHost host) {
    listeners.values().removeIf(host::equals);
  }
}
