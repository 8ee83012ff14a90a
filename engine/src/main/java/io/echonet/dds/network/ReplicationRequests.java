package io.echonet.dds.network;

import io.echonet.dds.content.Cid;
import io.echonet.dds.transport.PeerId;
import java.util.Optional;

/** Takes the instructions of other nodes to fetch and keep something. */
@FunctionalInterface
public interface ReplicationRequests {
  /**
   * Takes {@code cid} up to be fetched later, from {@code source} where given; answers false where
   * too much waits already, of {@code requester} or in all. Must not block.
   */
  boolean accept(PeerId requester, Cid cid, Optional<PeerId> source);
}
