package io.echonet.dds.retrieval;

import io.echonet.dds.content.Chunk;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The bounds of retrievals.
 *
 * @param windowBytes what one reader of a content may have in flight or waiting for it at most; the
 *     window is as large as what its peers keep under way makes useful. At least two chunks
 * @param totalWindowBytes the same for all readers of a node together, who share it equally; each
 *     may have one chunk whatever their number. At least {@code windowBytes}
 * @param timeout how long no chunk may be verified, while the consumer asks for bytes, before the
 *     retrieval fails; the same time bounds the search for the manifest
 * @param enoughPeers with fewer usable peers than this the search for more goes on in the
 *     background
 * @param maxPeers peers one retrieval knows at most; further ones are ignored until one is excluded
 * @param requestsPerPeer requests outstanding at one peer at most
 * @param hedgeAfter how long a peer of unknown speed may take for what the consumer needs next
 *     before a second one is asked as well
 * @param leastLateness how much longer than expected a peer of known speed may take at least,
 *     before a second one is asked as well; more where its answers usually vary by more
 * @param searchPause the time between two searches for peers, for one retrieval
 * @param retryPause how long a peer that failed, was busy or was late is left alone; doubled with
 *     each time in a row, up to 16 times as long
 * @param rememberedPeers peers whose speed and conduct are remembered for later retrievals
 * @param rememberFor for how long
 */
public record RetrievalConfig(
    long windowBytes,
    long totalWindowBytes,
    Duration timeout,
    int enoughPeers,
    int maxPeers,
    int requestsPerPeer,
    Duration hedgeAfter,
    Duration leastLateness,
    Duration searchPause,
    Duration retryPause,
    int rememberedPeers,
    Duration rememberFor) {
  private static final RetrievalConfig DEFAULTS = new Copy().build();

  public RetrievalConfig {
    atLeast("windowBytes", windowBytes, 2 * Chunk.MAX_BYTES);
    atLeast("totalWindowBytes", totalWindowBytes, windowBytes);
    atLeast("timeout (ms)", timeout.toMillis(), 1);
    atLeast("enoughPeers", enoughPeers, 1);
    atLeast("maxPeers", maxPeers, enoughPeers);
    atLeast("requestsPerPeer", requestsPerPeer, 1);
    atLeast("hedgeAfter (ms)", hedgeAfter.toMillis(), 1);
    atLeast("leastLateness (ms)", leastLateness.toMillis(), 1);
    atLeast("searchPause (ms)", searchPause.toMillis(), 1);
    atLeast("retryPause (ms)", retryPause.toMillis(), 1);
    atLeast("rememberedPeers", rememberedPeers, 0);
    atLeast("rememberFor (ms)", rememberFor.toMillis(), 1);
  }

  private static void atLeast(String name, long value, long minimum) {
    if (value < minimum) {
      throw new IllegalArgumentException(name + " of " + value + " is less than " + minimum);
    }
  }

  /**
   * 32 MiB a reader and 256 MiB in all, less where the heap is small: no more than an eighth of it,
   * and a third.
   */
  public static RetrievalConfig defaults() {
    return DEFAULTS;
  }

  /** The most chunks that one reader may have in flight or waiting. */
  int maxWindowChunks() {
    return (int) Math.min(windowBytes / Chunk.MAX_BYTES, Integer.MAX_VALUE);
  }

  /** {@link #totalWindowBytes()} grows to this where it is less. */
  public RetrievalConfig withWindowBytes(long bytes) {
    return changed(
        copy -> {
          copy.windowBytes = bytes;
          copy.totalWindowBytes = Math.max(bytes, totalWindowBytes);
        });
  }

  /**
   * How long a reader waits for a chunk that another reader fetches, before it does so itself: half
   * of the timeout.
   */
  Duration patienceWithOthers() {
    return timeout.dividedBy(2);
  }

  public RetrievalConfig withTotalWindowBytes(long bytes) {
    return changed(copy -> copy.totalWindowBytes = bytes);
  }

  public RetrievalConfig withTimeout(Duration value) {
    return changed(copy -> copy.timeout = value);
  }

  public RetrievalConfig withRequestsPerPeer(int requests) {
    return changed(copy -> copy.requestsPerPeer = requests);
  }

  public RetrievalConfig withHedgeAfter(Duration time) {
    return changed(copy -> copy.hedgeAfter = time);
  }

  public RetrievalConfig withLeastLateness(Duration time) {
    return changed(copy -> copy.leastLateness = time);
  }

  /** The pauses between searches, and after failures. */
  public RetrievalConfig withPauses(Duration search, Duration retry) {
    return changed(
        copy -> {
          copy.searchPause = search;
          copy.retryPause = retry;
        });
  }

  public RetrievalConfig withMemory(int peers, Duration time) {
    return changed(
        copy -> {
          copy.rememberedPeers = peers;
          copy.rememberFor = time;
        });
  }

  private RetrievalConfig changed(Consumer<Copy> change) {
    Copy copy = new Copy();
    copy.windowBytes = windowBytes;
    copy.totalWindowBytes = totalWindowBytes;
    copy.timeout = timeout;
    copy.enoughPeers = enoughPeers;
    copy.maxPeers = maxPeers;
    copy.requestsPerPeer = requestsPerPeer;
    copy.hedgeAfter = hedgeAfter;
    copy.leastLateness = leastLateness;
    copy.searchPause = searchPause;
    copy.retryPause = retryPause;
    copy.rememberedPeers = rememberedPeers;
    copy.rememberFor = rememberFor;
    change.accept(copy);
    return copy.build();
  }

  /** What a config becomes; the defaults at first. */
  private static final class Copy {
    private static final long MIB = 1024 * 1024;
    private static final long HEAP = Runtime.getRuntime().maxMemory();

    private long windowBytes = Math.max(2 * Chunk.MAX_BYTES, Math.min(32 * MIB, HEAP / 8));
    private long totalWindowBytes = Math.max(windowBytes, Math.min(256 * MIB, HEAP / 3));
    private Duration timeout = Duration.ofSeconds(30);
    private int enoughPeers = 4;
    private int maxPeers = 64;
    private int requestsPerPeer = 60;
    private Duration hedgeAfter = Duration.ofMillis(500);
    private Duration leastLateness = Duration.ofMillis(100);
    private Duration searchPause = Duration.ofSeconds(1);
    private Duration retryPause = Duration.ofMillis(100);
    private int rememberedPeers = 4096;
    private Duration rememberFor = Duration.ofMinutes(10);

    RetrievalConfig build() {
      return new RetrievalConfig(
          windowBytes,
          totalWindowBytes,
          timeout,
          enoughPeers,
          maxPeers,
          requestsPerPeer,
          hedgeAfter,
          leastLateness,
          searchPause,
          retryPause,
          rememberedPeers,
          rememberFor);
    }
  }
}
