package io.echonet.dds;

import io.echonet.dds.content.Cid;
import io.echonet.dds.content.Manifest;
import io.echonet.dds.transport.PeerId;
import java.util.List;

/**
 * A content that is published: durable on this node and on others, its announcement queued.
 *
 * @param cid the content's public name, which is its manifest's
 * @param peers the other nodes that have confirmed every chunk and the manifest durable
 */
public record Published(Cid cid, Manifest manifest, List<PeerId> peers) {
  public Published {
    peers = List.copyOf(peers);
  }

  /** Nodes that hold all of it, this one included. */
  public int copies() {
    return 1 + peers.size();
  }
}
