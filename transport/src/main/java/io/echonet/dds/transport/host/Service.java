package io.echonet.dds.transport.host;

import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.StreamHandler;

/** A protocol being served, and how many streams of it for whom. */
final class Service {
  private final StreamHandler handler;
  private final Tally<PeerId> streams;

  Service(StreamHandler handler, StreamLimits limits) {
    this.handler = handler;
    this.streams = new Tally<>(limits.perProtocol(), limits.perProtocolAndPeer());
  }

  StreamHandler handler() {
    return handler;
  }

  /** Whether one more stream of {@code peer} may be served; then {@link #leave} follows. */
  boolean admit(PeerId peer) {
    return streams.enter(peer);
  }

  void leave(PeerId peer) {
    streams.leave(peer);
  }
}
