package io.echonet.dds.transport.host;

import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.StreamHandler;
import java.util.HashMap;
import java.util.Map;

/** A protocol being served, and how many streams of it for whom. */
final class Service {
  private final StreamHandler handler;
  private final HostLimits limits;
  private final Map<PeerId, Integer> streams = new HashMap<>();
  private int inAll;

  Service(StreamHandler handler, HostLimits limits) {
    this.handler = handler;
    this.limits = limits;
  }

  StreamHandler handler() {
    return handler;
  }

  /** Whether one more stream of {@code peer} may be served; then {@link #leave} follows. */
  synchronized boolean admit(PeerId peer) {
    int ofPeer = streams.getOrDefault(peer, 0);
    if (inAll >= limits.maxInboundStreamsPerProtocol()
        || ofPeer >= limits.maxInboundStreamsPerPeer()) {
      return false;
    }
    streams.put(peer, ofPeer + 1);
    inAll++;
    return true;
  }

  synchronized void leave(PeerId peer) {
    inAll--;
    streams.computeIfPresent(peer, (key, count) -> count == 1 ? null : count - 1);
  }
}
