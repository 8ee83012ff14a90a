package io.echonet.dds.transport;

/**
 * What a user of a host has to say on whom it connects to. Each question is asked before what it is
 * about costs anything; a no ends the attempt, and is held against nobody.
 *
 * <p>Asked on event loops and by whoever dials, by many at a time: the answer must not wait for
 * anything. A question that throws is answered with no.
 */
public interface ConnectionGater {
  /** Whether {@code peer} may be dialled, by whatever address. */
  default boolean mayDial(PeerId peer) {
    return true;
  }

  /**
   * Whether {@code address} may be dialled.
   *
   * @param address ends in {@code /p2p} where it is known who should be there; names have been
   *     resolved where this host does that itself
   */
  default boolean mayDial(Multiaddr address) {
    return true;
  }

  /** Whether a connection that has come in may begin its handshake. */
  default boolean mayAccept(Multiaddr from) {
    return true;
  }

  /**
   * Whether a connection may stay whose peer has just proven who it is.
   *
   * @param address the other end of the connection, without {@code /p2p}
   * @param isInitiator whether this end dialled
   */
  default boolean mayKeep(PeerId peer, Multiaddr address, boolean isInitiator) {
    return true;
  }

  /** Says yes to everything. */
  static ConnectionGater allowAll() {
    return new ConnectionGater() {};
  }
}
