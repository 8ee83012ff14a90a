package io.echonet.dds.network;

import io.echonet.dds.content.Cid;
import io.echonet.dds.transport.PeerId;
import java.util.Optional;

/** Takes the instructions of other nodes to fetch and keep something. */
@FunctionalInterface
public interface ReplicationRequests {
  /**
   * Takes {@code cid} up to be fetched later, from {@code source} where given; answers false where
   * too much waits already. Must not block.
   */
  boolean accept(Cid cid, Optional<PeerId> source);
}
