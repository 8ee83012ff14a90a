package io.echonet.dds.replication;

import io.echonet.dds.content.Cid;
import io.echonet.dds.transport.PeerId;
import java.util.Set;

/**
 * What a check of one chunk's copies found and did.
 *
 * @param target nodes that should hold it
 * @param holders nodes found to hold it now, this one included where it does
 * @param instructed nodes that agreed to fetch it
 */
public record ReplicationResult(Cid cid, int target, Set<PeerId> holders, Set<PeerId> instructed) {
  public ReplicationResult {
    holders = Set.copyOf(holders);
    instructed = Set.copyOf(instructed);
  }

  /** Whether there are as many holders as wanted once those that were instructed have fetched. */
  public boolean isMet() {
    return holders.size() + instructed.size() >= target;
  }
}
