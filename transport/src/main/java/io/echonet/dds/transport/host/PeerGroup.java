package io.echonet.dds.transport.host;

import io.echonet.dds.transport.PeerId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Peers in the order they were last used, and what they take; guarded by the store. */
final class PeerGroup {
  private record Sized(KnownPeer known, int bytes) {}

  private final Map<PeerId, Sized> peers = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /** The peer becomes the most recently used. */
  Optional<KnownPeer> find(PeerId peer) {
    return Optional.ofNullable(peers.get(peer)).map(Sized::known);
  }

  /** {@code known} as it is now, to be put again whenever it has grown. */
  void put(PeerId peer, KnownPeer known) {
    remove(peer);
    Sized sized = new Sized(known, known.bytes());
    peers.put(peer, sized);
    bytes += sized.bytes();
  }

  void remove(PeerId peer) {
    Sized sized = peers.remove(peer);
    bytes -= sized == null ? 0 : sized.bytes();
  }

  /** Forgets the least recently used peer that is not protected; false where there is none. */
  boolean evictOne() {
    for (Iterator<Sized> eldest = peers.values().iterator(); eldest.hasNext(); ) {
      Sized sized = eldest.next();
      if (sized.known().protections == 0) {
        eldest.remove();
        bytes -= sized.bytes();
        return true;
      }
    }
    return false;
  }

  void removeEmpty(long now) {
    for (Iterator<Sized> all = peers.values().iterator(); all.hasNext(); ) {
      Sized sized = all.next();
      if (sized.known().isEmpty(now)) {
        all.remove();
        bytes -= sized.bytes();
      }
    }
  }

  Set<PeerId> peers() {
    return peers.keySet();
  }

  int size() {
    return peers.size();
  }

  long bytes() {
    return bytes;
  }
}
