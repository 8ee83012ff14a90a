package io.echonet.dds.transport;

/** Something that happened to a host's connections or peers. */
public sealed interface HostEvent {
  /** The peer it happened to. */
  PeerId peer();

  /** A connection is secured, multiplexed and usable. */
  record Connected(PeerId peer, Connection connection) implements HostEvent {}

  /** The last connection to the peer has gone. */
  record Disconnected(PeerId peer) implements HostEvent {}

  /**
   * The peer has told by identify (or identify push) what it speaks; the {@link PeerStore} holds it
   * already.
   */
  record Identified(PeerId peer, Connection connection) implements HostEvent {}
}
