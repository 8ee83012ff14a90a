package io.echonet.dds.network;

import io.echonet.dds.content.Chunk;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The bounds of asking and answering (PROTOCOL section 2).
 *
 * @param exchangeTimeout for one request and its response, connecting included
 * @param progressTimeout how long a requester waits without a byte moving
 * @param serverProgressTimeout how long a server waits without a byte moving
 * @param maxInboundRequests requests answered at once, for all peers; more are answered BUSY
 * @param maxInboundRequestsPerPeer the same for one peer
 * @param maxInboundBytes what requests being received may hold in memory; a StoreChunk beyond it is
 *     answered BUSY before it is buffered. At least 4 MiB + 1 KiB
 * @param maxOutboundBytes what responses being sent may hold in memory; a RetrieveChunk beyond it
 *     is answered BUSY. At least 4 MiB + 1 KiB
 * @param chunksSentAtOnce chunks sent to one peer at once; what else it asked for is sent after
 *     them, in the order in which it asked
 * @param acceptStores whether chunks are kept for others; a light client says no, and answers
 *     REFUSED
 * @param maxInboundSearches searches for providers on others' behalf at once; more are BUSY
 * @param maxProvidersListed peers named in a FindProviders response
 * @param findProvidersTimeout how long a search on another's behalf may take; what was found is
 *     answered
 */
public record NetworkConfig(
    Duration exchangeTimeout,
    Duration progressTimeout,
    Duration serverProgressTimeout,
    int maxInboundRequests,
    int maxInboundRequestsPerPeer,
    long maxInboundBytes,
    long maxOutboundBytes,
    int chunksSentAtOnce,
    boolean acceptStores,
    int maxInboundSearches,
    int maxProvidersListed,
    Duration findProvidersTimeout) {
  /** The largest message that a peer may send: a manifest in its envelope. */
  public static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024 + 1024;

  /** The largest message that carries a data chunk. */
  public static final int MAX_CHUNK_MESSAGE_BYTES = Chunk.MAX_BYTES + 1024;

  private static final NetworkConfig DEFAULTS = new Copy().build();

  public NetworkConfig {
    atLeast("exchangeTimeout (ms)", exchangeTimeout.toMillis(), 1);
    atLeast("progressTimeout (ms)", progressTimeout.toMillis(), 1);
    atLeast("serverProgressTimeout (ms)", serverProgressTimeout.toMillis(), 1);
    atLeast("maxInboundRequests", maxInboundRequests, 1);
    atLeast("maxInboundRequestsPerPeer", maxInboundRequestsPerPeer, 1);
    atLeast("maxInboundBytes", maxInboundBytes, MAX_MESSAGE_BYTES);
    atLeast("maxOutboundBytes", maxOutboundBytes, MAX_MESSAGE_BYTES);
    atLeast("chunksSentAtOnce", chunksSentAtOnce, 1);
    atLeast("maxInboundSearches", maxInboundSearches, 1);
    atLeast("maxProvidersListed", maxProvidersListed, 1);
    atLeast("findProvidersTimeout (ms)", findProvidersTimeout.toMillis(), 1);
  }

  private static void atLeast(String name, long value, long minimum) {
    if (value < minimum) {
      throw new IllegalArgumentException(name + " of " + value + " is less than " + minimum);
    }
  }

  public static NetworkConfig defaults() {
    return DEFAULTS;
  }

  public NetworkConfig withAcceptStores(boolean accept) {
    return changed(copy -> copy.acceptStores = accept);
  }

  /** Bounds on the time of an exchange, and on the time without progress on either side. */
  public NetworkConfig withTimeouts(Duration exchange, Duration progress, Duration serverProgress) {
    return changed(
        copy -> {
          copy.exchangeTimeout = exchange;
          copy.progressTimeout = progress;
          copy.serverProgressTimeout = serverProgress;
        });
  }

  public NetworkConfig withMaxInboundRequests(int inAll, int perPeer) {
    return changed(
        copy -> {
          copy.maxInboundRequests = inAll;
          copy.maxInboundRequestsPerPeer = perPeer;
        });
  }

  /** Bounds on what requests and responses under way may hold in memory. */
  public NetworkConfig withMaxBytes(long inbound, long outbound) {
    return changed(
        copy -> {
          copy.maxInboundBytes = inbound;
          copy.maxOutboundBytes = outbound;
        });
  }

  public NetworkConfig withChunksSentAtOnce(int chunks) {
    return changed(copy -> copy.chunksSentAtOnce = chunks);
  }

  private NetworkConfig changed(Consumer<Copy> change) {
    Copy copy = new Copy();
    copy.exchangeTimeout = exchangeTimeout;
    copy.progressTimeout = progressTimeout;
    copy.serverProgressTimeout = serverProgressTimeout;
    copy.maxInboundRequests = maxInboundRequests;
    copy.maxInboundRequestsPerPeer = maxInboundRequestsPerPeer;
    copy.maxInboundBytes = maxInboundBytes;
    copy.maxOutboundBytes = maxOutboundBytes;
    copy.chunksSentAtOnce = chunksSentAtOnce;
    copy.acceptStores = acceptStores;
    copy.maxInboundSearches = maxInboundSearches;
    copy.maxProvidersListed = maxProvidersListed;
    copy.findProvidersTimeout = findProvidersTimeout;
    change.accept(copy);
    return copy.build();
  }

  /** What a config becomes; the defaults at first. */
  private static final class Copy {
    private Duration exchangeTimeout = Duration.ofSeconds(30);
    private Duration progressTimeout = Duration.ofSeconds(10);
    private Duration serverProgressTimeout = Duration.ofSeconds(30);
    private int maxInboundRequests = 256;
    private int maxInboundRequestsPerPeer = 64;
    private long maxInboundBytes = 32L * 1024 * 1024;
    private long maxOutboundBytes = 64L * 1024 * 1024;
    private int chunksSentAtOnce = 4;
    private boolean acceptStores = true;
    private int maxInboundSearches = 16;
    private int maxProvidersListed = 20;
    private Duration findProvidersTimeout = Duration.ofSeconds(5);

    NetworkConfig build() {
      return new NetworkConfig(
          exchangeTimeout,
          progressTimeout,
          serverProgressTimeout,
          maxInboundRequests,
          maxInboundRequestsPerPeer,
          maxInboundBytes,
          maxOutboundBytes,
          chunksSentAtOnce,
          acceptStores,
          maxInboundSearches,
          maxProvidersListed,
          findProvidersTimeout);
    }
  }
}
