package io.echonet.dds.transport.kad;

import io.echonet.dds.transport.PeerId;

/** A peer and where it lies in the keyspace, hashed once. Equal where the peers are. */
record Contact(PeerId peer, KadKey key) {
  static Contact of(PeerId peer) {
    return new Contact(peer, KadKey.of(peer));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Contact that && peer.equals(that.peer);
  }

  @Override
  public int hashCode() {
    return peer.hashCode();
  }
}
