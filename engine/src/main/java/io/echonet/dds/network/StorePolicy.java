package io.echonet.dds.network;

import io.echonet.dds.content.Cid;
import io.echonet.dds.transport.PeerId;

/** Says what this node keeps for others. Called on the hashing scheduler; must not block. */
@FunctionalInterface
public interface StorePolicy {
  /** Keeps what anyone sends, as long as there is room. */
  StorePolicy ACCEPT_ALL = (from, cid, bytes) -> true;

  /** Keeps nothing for others: a light client. */
  StorePolicy REFUSE_ALL = (from, cid, bytes) -> false;

  /**
   * Whether to keep a chunk that {@code from} sends, or asks this node to fetch.
   *
   * @param bytes its size, 0 where it is not known yet
   */
  boolean accepts(PeerId from, Cid cid, long bytes);
}
