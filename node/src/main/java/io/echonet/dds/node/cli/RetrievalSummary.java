package io.echonet.dds.node.cli;

import io.echonet.dds.Content;
import io.echonet.dds.content.Cid;
import io.echonet.dds.retrieval.RetrievalStatistics;
import io.echonet.dds.retrieval.RetrievalStatistics.PeerStatistics;
import io.echonet.dds.transport.PeerId;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What a retrieval came to.
 *
 * @param size of the whole content, in bytes
 * @param resumedAt bytes of it that were there already
 * @param bytes those that were asked for, and written
 * @param totals over all peers
 * @param peers those that delivered something, failed or lied, the most useful first
 */
record RetrievalSummary(
    Cid cid,
    long size,
    long resumedAt,
    long bytes,
    Duration untilFirstByte,
    Duration elapsed,
    RetrievalStatistics totals,
    List<Map.Entry<PeerId, PeerStatistics>> peers) {
  static RetrievalSummary of(Content content, long resumedAt, Stopwatch watch) {
    RetrievalStatistics statistics = content.statistics();
    return new RetrievalSummary(
        content.cid(),
        content.size(),
        resumedAt,
        statistics.bytesDelivered(),
        watch.untilFirstByte(),
        watch.elapsed(),
        statistics,
        byUse(statistics));
  }

  private static List<Map.Entry<PeerId, PeerStatistics>> byUse(RetrievalStatistics statistics) {
    Comparator<Map.Entry<PeerId, PeerStatistics>> mostBytes =
        Comparator.comparingLong(peer -> -peer.getValue().bytesReceived());
    return statistics.peers().entrySet().stream()
        .filter(peer -> peer.getValue().chunksReceived() > 0 || peer.getValue().failures() > 0)
        .sorted(mostBytes.thenComparing(Map.Entry.comparingByKey()))
        .toList();
  }

  private long useful() {
    return peers.stream().filter(peer -> peer.getValue().chunksReceived() > 0).count();
  }

  Json toJson() {
    return Json.object()
        .with("cid", cid.toString())
        .with("size", size)
        .with("bytes", bytes)
        .with("resumedAt", resumedAt)
        .with("seconds", Figures.inSeconds(elapsed))
        .with("firstByteSeconds", Figures.inSeconds(untilFirstByte))
        .with("firstByteMilliseconds", untilFirstByte.toMillis())
        .with("megabytesPerSecond", Figures.megabytesPerSecond(bytes, elapsed))
        .with("bytesReceived", totals.bytesReceived())
        .with("bytesFromCache", totals.bytesFromCache())
        .with("duplicates", totals.duplicates())
        .with("hedges", totals.hedges())
        .withObjects("peers", peers, RetrievalSummary::peerToJson);
  }

  private static Json peerToJson(Map.Entry<PeerId, PeerStatistics> peer) {
    PeerStatistics statistics = peer.getValue();
    return Json.object()
        .with("peerId", peer.getKey().toString())
        .with("bytes", statistics.bytesReceived())
        .with("chunks", statistics.chunksReceived())
        .with("failures", statistics.failures())
        .with("excluded", statistics.excluded());
  }

  /** One line for people. */
  @Override
  public String toString() {
    return Figures.exactBytes(bytes)
        + (bytes < size ? " of " + Figures.exactBytes(size) : "")
        + " in "
        + Figures.seconds(elapsed)
        + ", "
        + Figures.rate(bytes, elapsed)
        + ", from "
        + Figures.count(useful(), "peer")
        + (totals.bytesFromCache() > 0 ? " and the cache" : "")
        + ", verified";
  }
}
