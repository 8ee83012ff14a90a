package io.echonet.dds.network;

import io.echonet.dds.content.Chunk;
import java.time.Duration;

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
    boolean acceptStores,
    int maxInboundSearches,
    int maxProvidersListed,
    Duration findProvidersTimeout) {
  /** The largest message that a peer may send: a manifest in its envelope. */
  public static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024 + 1024;

  /** The largest message that carries a data chunk. */
  public static final int MAX_CHUNK_MESSAGE_BYTES = Chunk.MAX_BYTES + 1024;

  private static final NetworkConfig DEFAULTS =
      new NetworkConfig(
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          256,
          64,
          32L * 1024 * 1024,
          64L * 1024 * 1024,
          true,
          16,
          20,
          Duration.ofSeconds(5));

  public NetworkConfig {
    atLeast("exchangeTimeout (ms)", exchangeTimeout.toMillis(), 1);
    atLeast("progressTimeout (ms)", progressTimeout.toMillis(), 1);
    atLeast("serverProgressTimeout (ms)", serverProgressTimeout.toMillis(), 1);
    atLeast("maxInboundRequests", maxInboundRequests, 1);
    atLeast("maxInboundRequestsPerPeer", maxInboundRequestsPerPeer, 1);
    atLeast("maxInboundBytes", maxInboundBytes, MAX_MESSAGE_BYTES);
    atLeast("maxOutboundBytes", maxOutboundBytes, MAX_MESSAGE_BYTES);
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
    return new NetworkConfig(
        exchangeTimeout,
        progressTimeout,
        serverProgressTimeout,
        maxInboundRequests,
        maxInboundRequestsPerPeer,
        maxInboundBytes,
        maxOutboundBytes,
        accept,
        maxInboundSearches,
        maxProvidersListed,
        findProvidersTimeout);
  }

  /** Bounds on the time of an exchange, and on the time without progress on either side. */
  public NetworkConfig withTimeouts(Duration exchange, Duration progress, Duration serverProgress) {
    return new NetworkConfig(
        exchange,
        progress,
        serverProgress,
        maxInboundRequests,
        maxInboundRequestsPerPeer,
        maxInboundBytes,
        maxOutboundBytes,
        acceptStores,
        maxInboundSearches,
        maxProvidersListed,
        findProvidersTimeout);
  }

  public NetworkConfig withMaxInboundRequests(int inAll, int perPeer) {
    return new NetworkConfig(
        exchangeTimeout,
        progressTimeout,
        serverProgressTimeout,
        inAll,
        perPeer,
        maxInboundBytes,
        maxOutboundBytes,
        acceptStores,
        maxInboundSearches,
        maxProvidersListed,
        findProvidersTimeout);
  }

  /** Bounds on what requests and responses under way may hold in memory. */
  public NetworkConfig withMaxBytes(long inbound, long outbound) {
    return new NetworkConfig(
        exchangeTimeout,
        progressTimeout,
        serverProgressTimeout,
        maxInboundRequests,
        maxInboundRequestsPerPeer,
        inbound,
        outbound,
        acceptStores,
        maxInboundSearches,
        maxProvidersListed,
        findProvidersTimeout);
  }
}
