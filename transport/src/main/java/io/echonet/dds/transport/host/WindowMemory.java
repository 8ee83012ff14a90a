package io.echonet.dds.transport.host;

import io.echonet.dds.transport.Multiaddr;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.limits.IpPrefix;
import io.echonet.dds.transport.spi.MemoryScope;

/** The memory that the receive windows of a host's connections share. Thread-safe. */
final class WindowMemory {
  private final ResourceLimits limits;
  private final Tally<PeerId> byPeer;
  private final Tally<IpPrefix> byPrefix;

  WindowMemory(ResourceLimits limits) {
    MemoryLimits memory = limits.memory();
    this.limits = limits;
    this.byPeer = new Tally<>(memory.inAllBytes(), memory.perPeerBytes());
    this.byPrefix = new Tally<>(memory.inAllBytes(), limits.prefix().memoryBytes());
  }

  /** What a connection with {@code peer}, who is at {@code address}, may take of it. */
  MemoryScope of(PeerId peer, Multiaddr address) {
    IpPrefix prefix = IpPrefix.of(address, limits.ip4PrefixBits(), limits.ip6PrefixBits());
    PrefixLimits ofPrefix = prefix.isLocal() ? limits.localPrefix() : limits.prefix();
    return new MemoryScope() {
      @Override
      public int reserve(int bytes) {
        int granted = byPeer.take(peer, bytes);
        int taken = byPrefix.take(prefix, granted, ofPrefix.memoryBytes());
        byPeer.leave(peer, granted - taken);
        return taken;
      }

      @Override
      public void release(int bytes) {
        byPeer.leave(peer, bytes);
        byPrefix.leave(prefix, bytes);
      }
    };
  }

  /** How much is taken, in bytes. */
  long taken() {
    return byPeer.inAll();
  }
}
