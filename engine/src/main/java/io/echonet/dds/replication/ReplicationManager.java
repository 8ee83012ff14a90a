package io.echonet.dds.replication;

import io.echonet.dds.content.Cid;
import io.echonet.dds.transport.PeerId;
import java.util.Collection;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Keeps chunks and manifests on as many nodes as the network wants; works on request. */
public interface ReplicationManager {
  /**
   * Counts the live holders of one chunk or manifest and asks nodes that lack it to fetch it until
   * the target is met. Holders are this node where it stores it, those of {@code known} that still
   * serve it, and those found by a search. Completes with what was found and done; that a node
   * accepted does not mean that it has fetched yet.
   *
   * <p>Too few nodes to ask is no error: the answer says so.
   */
  Mono<ReplicationResult> ensureReplication(Cid cid, Collection<PeerId> known);

  /**
   * Asks {@code target} to fetch and keep {@code cid}, from {@code source} where given; completes
   * when it has accepted (ReplicationInstruction, PROTOCOL section 2).
   *
   * <p>Errors: {@link io.echonet.dds.content.DdsException} where it can't be reached or declines,
   * with its reason.
   */
  Mono<Void> instructReplicate(PeerId target, Cid cid, Optional<PeerId> source);
}
