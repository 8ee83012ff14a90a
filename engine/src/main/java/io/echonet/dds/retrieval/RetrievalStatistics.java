package io.echonet.dds.retrieval;

import io.echonet.dds.transport.PeerId;
import java.util.Map;

/**
 * What the retrieval of one content has done so far, over all subscriptions to its bytes; a
 * snapshot.
 *
 * @param peers every peer that was known to hold the content or a part of it
 * @param bytesFromCache verified chunk bytes that had been fetched before
 * @param bytesFromStore verified chunk bytes that this node held already
 * @param bytesDelivered bytes handed to consumers
 * @param hedges chunks that were asked of another peer because the one asked before was late
 */
public record RetrievalStatistics(
    Map<PeerId, PeerStatistics> peers,
    long bytesFromCache,
    long bytesFromStore,
    long bytesDelivered,
    long hedges) {
  public RetrievalStatistics {
    peers = Map.copyOf(peers);
  }

  /**
   * What one peer has contributed.
   *
   * @param bytesReceived verified bytes of chunks and of the manifest
   * @param chunksReceived verified chunks, the manifest among them
   * @param duplicates verified chunks that another peer had delivered before
   * @param failures requests it did not answer with the chunk: errors, timeouts, refusals, wrong
   *     bytes
   * @param outstanding requests it has not answered yet
   * @param excluded whether it sent wrong bytes and is asked no more
   */
  public record PeerStatistics(
      long bytesReceived,
      long chunksReceived,
      long duplicates,
      long failures,
      int outstanding,
      boolean excluded) {}

  /** Verified bytes from all peers, the manifest included. */
  public long bytesReceived() {
    return peers.values().stream().mapToLong(PeerStatistics::bytesReceived).sum();
  }

  /** Peers with a request outstanding now. */
  public int peersInUse() {
    return (int) peers.values().stream().filter(peer -> peer.outstanding() > 0).count();
  }

  /** Requests that failed, at all peers. */
  public long failures() {
    return peers.values().stream().mapToLong(PeerStatistics::failures).sum();
  }

  /** Verified chunks that had arrived before, from all peers. */
  public long duplicates() {
    return peers.values().stream().mapToLong(PeerStatistics::duplicates).sum();
  }
}
