package io.echonet.dds.retrieval;

import io.echonet.dds.content.Chunk;
import java.time.Duration;

/**
 * The bounds of one retrieval.
 *
 * @param windowChunks chunks in flight or waiting for the consumer at any time; at least 2
 * @param windowBytes what those chunks may hold in memory; at least two chunks. The smaller of the
 *     two bounds rules
 * @param timeout how long no chunk may be verified, while the consumer asks for bytes, before the
 *     retrieval fails; the same time bounds the search for the manifest
 * @param enoughPeers with fewer usable peers than this the search for more goes on in the
 *     background
 * @param maxPeers peers one retrieval knows at most; further ones are ignored until one is excluded
 * @param requestsPerPeer requests outstanding at one peer at most
 * @param hedgeAfter how long the peer asked for the chunk that the consumer waits for may take, or
 *     three times what it usually takes where that is longer, before a second peer is asked as well
 * @param searchPause the time between two searches for peers, for one retrieval
 * @param retryPause how long a peer that failed or was busy is left alone; doubled with each
 *     failure in a row, up to 16 times as long
 */
public record RetrievalConfig(
    int windowChunks,
    long windowBytes,
    Duration timeout,
    int enoughPeers,
    int maxPeers,
    int requestsPerPeer,
    Duration hedgeAfter,
    Duration searchPause,
    Duration retryPause) {
  private static final RetrievalConfig DEFAULTS =
      new RetrievalConfig(
          16,
          16L * Chunk.MAX_BYTES,
          Duration.ofSeconds(30),
          4,
          64,
          16,
          Duration.ofSeconds(2),
          Duration.ofSeconds(1),
          Duration.ofMillis(100));

  public RetrievalConfig {
    atLeast("windowChunks", windowChunks, 2);
    atLeast("windowBytes", windowBytes, 2 * Chunk.MAX_BYTES);
    atLeast("timeout (ms)", timeout.toMillis(), 1);
    atLeast("enoughPeers", enoughPeers, 1);
    atLeast("maxPeers", maxPeers, enoughPeers);
    atLeast("requestsPerPeer", requestsPerPeer, 1);
    atLeast("hedgeAfter (ms)", hedgeAfter.toMillis(), 1);
    atLeast("searchPause (ms)", searchPause.toMillis(), 1);
    atLeast("retryPause (ms)", retryPause.toMillis(), 1);
  }

  private static void atLeast(String name, long value, long minimum) {
    if (value < minimum) {
      throw new IllegalArgumentException(name + " of " + value + " is less than " + minimum);
    }
  }

  public static RetrievalConfig defaults() {
    return DEFAULTS;
  }

  /** The chunks that both bounds of the window allow. */
  public int window() {
    return (int) Math.min(windowChunks, windowBytes / Chunk.MAX_BYTES);
  }

  public RetrievalConfig withWindowChunks(int chunks) {
    return new RetrievalConfig(
        chunks,
        windowBytes,
        timeout,
        enoughPeers,
        maxPeers,
        requestsPerPeer,
        hedgeAfter,
        searchPause,
        retryPause);
  }

  public RetrievalConfig withWindowBytes(long bytes) {
    return new RetrievalConfig(
        windowChunks,
        bytes,
        timeout,
        enoughPeers,
        maxPeers,
        requestsPerPeer,
        hedgeAfter,
        searchPause,
        retryPause);
  }

  public RetrievalConfig withTimeout(Duration value) {
    return new RetrievalConfig(
        windowChunks,
        windowBytes,
        value,
        enoughPeers,
        maxPeers,
        requestsPerPeer,
        hedgeAfter,
        searchPause,
        retryPause);
  }

  public RetrievalConfig withRequestsPerPeer(int requests) {
    return new RetrievalConfig(
        windowChunks,
        windowBytes,
        timeout,
        enoughPeers,
        maxPeers,
        requests,
        hedgeAfter,
        searchPause,
        retryPause);
  }

  public RetrievalConfig withHedgeAfter(Duration time) {
    return new RetrievalConfig(
        windowChunks,
        windowBytes,
        timeout,
        enoughPeers,
        maxPeers,
        requestsPerPeer,
        time,
        searchPause,
        retryPause);
  }

  /** The pauses between searches, and after failures. */
  public RetrievalConfig withPauses(Duration search, Duration retry) {
    return new RetrievalConfig(
        windowChunks,
        windowBytes,
        timeout,
        enoughPeers,
        maxPeers,
        requestsPerPeer,
        hedgeAfter,
        search,
        retry);
  }
}
