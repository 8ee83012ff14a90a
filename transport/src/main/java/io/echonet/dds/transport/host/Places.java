package io.echonet.dds.transport.host;

import io.echonet.dds.transport.LimitExceededException;
import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.limits.IpPrefix;
import io.echonet.dds.transport.limits.TokenBucket;
import io.netty.channel.Channel;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections a host has room for, and the handshakes it has time for. Safe for all event
 * loops; the lock is held for moments, and nobody else is called within.
 */
final class Places {
  /*
   * A place is taken before anything is spent on a connection, and is its own until the socket has gone, whatever
   * becomes of the handshake: so a limit never has to be enforced on a connection that has been paid for already. Only
   * how many a peer has is not known before the handshake, and up to ConnectionTable.
   */

  private final ResourceLimits limits;
  private final LongSupplier nanoTime;
  private final TokenBucket handshakes;

  /** In the order of their last arrival, for forgetting. */
  private final Map<IpPrefix, Origin> origins = new LinkedHashMap<>(16, 0.75f, true);

  private int taken;
  private int inbound;
  private int pending;

  private static final class Origin {
    final TokenBucket handshakes;
    int connections;
    int pending;

    Origin(PrefixLimits limits, long now) {
      handshakes = new TokenBucket(limits.handshakesPerSecond(), limits.handshakeBurst(), now);
    }
  }

  Places(ResourceLimits limits, LongSupplier nanoTime) {
    this.limits = limits;
    this.nanoTime = nanoTime;
    HandshakeLimits rate = limits.handshakes();
    this.handshakes = new TokenBucket(rate.perSecond(), rate.burst(), nanoTime.getAsLong());
  }

  /**
   * A place for a connection that this host is about to dial.
   *
   * @throws LimitExceededException where there is none
   */
  synchronized Place dial() {
    if (taken >= limits.connections().inAll()) {
      throw new LimitExceededException(taken + " connections are all there may be");
    }
    taken++;
    return new Place(null);
  }

  /**
   * A place for a connection that has come in, and for its handshake.
   *
   * @throws LimitExceededException where there is none
   */
  synchronized Place accept(Multiaddr from) {
    IpPrefix prefix = IpPrefix.of(from, limits.ip4PrefixBits(), limits.ip6PrefixBits());
    PrefixLimits ofPrefix = prefix.isLocal() ? limits.localPrefix() : limits.prefix();
    long now = nanoTime.getAsLong();
    if (taken >= limits.connections().inAll() || inbound >= limits.connections().inbound()) {
      throw new LimitExceededException(inbound + " inbound connections are all there may be");
    }
    if (pending >= limits.handshakes().maxPending()) {
      throw new LimitExceededException(pending + " handshakes are under way already");
    }
    Origin origin = origin(prefix, ofPrefix, now);
    if (origin.connections >= ofPrefix.connections()) {
      throw new LimitExceededException(origin.connections + " connections come from there already");
    }
    if (origin.pending >= ofPrefix.maxPending()) {
      throw new LimitExceededException(origin.pending + " handshakes come from there already");
    }
    // Those of the prefix first: what it is refused is not to be at the cost of others.
    if (!origin.handshakes.hasOne(now)) {
      throw new LimitExceededException(
          "more than " + ofPrefix.handshakesPerSecond() + " handshakes a second come from there");
    }
    if (!handshakes.hasOne(now)) {
      throw new LimitExceededException(
          "more than " + limits.handshakes().perSecond() + " handshakes a second");
    }
    origin.handshakes.take(now);
    handshakes.take(now);
    origin.connections++;
    origin.pending++;
    taken++;
    inbound++;
    pending++;
    return new Place(origin);
  }

  private Origin origin(IpPrefix prefix, PrefixLimits ofPrefix, long now) {
    Origin known = origins.get(prefix);
    if (known != null) {
      return known;
    }
    forgetOne();
    Origin origin = new Origin(ofPrefix, now);
    origins.put(prefix, origin);
    return origin;
  }

  /** Whoever has connections is remembered, and there are only so many of those. */
  private void forgetOne() {
    if (origins.size() < limits.handshakes().rememberedPrefixes()) {
      return;
    }
    Iterator<Origin> longestQuietFirst = origins.values().iterator();
    while (longestQuietFirst.hasNext()) {
      if (longestQuietFirst.next().connections == 0) {
        longestQuietFirst.remove();
        return;
      }
    }
  }

  private synchronized void leaveHandshake(Origin origin) {
    origin.pending--;
    pending--;
  }

  private synchronized void leave(@Nullable Origin origin) {
    taken--;
    if (origin != null) {
      origin.connections--;
      inbound--;
    }
  }

  /** How many connections there are, open or on their way. */
  synchronized int taken() {
    return taken;
  }

  /** How many of them have come in. */
  synchronized int inbound() {
    return inbound;
  }

  /** How many of those are not through their handshake. */
  synchronized int pending() {
    return pending;
  }

  /** How many ranges of addresses are remembered. */
  synchronized int origins() {
    return origins.size();
  }

  /** One connection's place; given back once, however often that is asked for. */
  final class Place {
    private final @Nullable Origin origin;
    private final AtomicBoolean handshaking;
    private final AtomicBoolean held = new AtomicBoolean(true);

    private Place(@Nullable Origin origin) {
      this.origin = origin;
      this.handshaking = new AtomicBoolean(origin != null);
    }

    /** The handshake is over, well or not. */
    void endHandshake() {
      if (origin != null && handshaking.compareAndSet(true, false)) {
        leaveHandshake(origin);
      }
    }

    /** Gives the place back when {@code channel} has gone. */
    @SuppressWarnings("FutureReturnValueIgnored") // The listener is what it is for.
    void leaveWith(Channel channel) {
      channel.closeFuture().addListener(closed -> leave());
    }

    void leave() {
      endHandshake();
      if (held.compareAndSet(true, false)) {
        Places.this.leave(origin);
      }
    }
  }
}
