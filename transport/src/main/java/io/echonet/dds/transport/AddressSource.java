package io.echonet.dds.transport;

/**
 * How an address of a peer came to be known, the most reliable first. What comes from a less
 * reliable source never takes the place of what comes from a more reliable one, nor the turn.
 */
public enum AddressSource {
  /** This host has reached the peer there: the handshake has proven who it is. */
  DIALLED,

  /** The peer has signed it. */
  CERTIFIED,

  /** The peer has said it itself, over a connection that proves who it is, and not signed it. */
  TOLD,

  /** Anybody else has said it, such as another peer that answered a search. */
  HEARD
}
