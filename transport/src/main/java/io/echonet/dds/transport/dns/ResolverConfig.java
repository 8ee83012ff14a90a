package io.echonet.dds.transport.dns;

import io.echonet.dds.transport.limits.Bounds;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * How names are resolved. Names come from strangers too, so all that one of them can cause is
 * bounded.
 *
 * @param nameServers who is asked, in order; those of the machine where empty
 * @param queryTimeout how long one name server has for one answer, 1 ms to 1 min, before the next
 *     is asked
 * @param timeout for one address, links included; what has been found by then is used
 * @param maxDepth {@code dnsaddr} records followed one after another
 * @param maxQueries questions asked on behalf of one dial; {@code /dns} asks two
 * @param maxAddresses results used in one dial
 * @param maxConcurrent addresses that are resolved at a time
 * @param maxWaiting addresses that may wait to be resolved; more are refused
 * @param longestLife answers are kept as long as they say, and not longer than this
 * @param failureLife how long a failure is kept, so that who dials again does not ask again
 * @param maxCacheBytes of all answers kept; those not used lately are dropped first
 */
public record ResolverConfig(
    List<InetSocketAddress> nameServers,
    Duration queryTimeout,
    Duration timeout,
    int maxDepth,
    int maxQueries,
    int maxAddresses,
    int maxConcurrent,
    int maxWaiting,
    Duration longestLife,
    Duration failureLife,
    int maxCacheBytes) {
  private static final ResolverConfig DEFAULTS =
      new ResolverConfig(
          List.of(),
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          4,
          16,
          32,
          16,
          256,
          Duration.ofMinutes(10),
          Duration.ofSeconds(5),
          1 << 20);

  public ResolverConfig {
    nameServers = List.copyOf(nameServers);
    long queryMillis = queryTimeout.toMillis();
    if (queryMillis < 1 || queryMillis > 60_000 || timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException(
          "query timeout " + queryTimeout + " or timeout " + timeout + " is out of bounds");
    }
    if (longestLife.isNegative() || failureLife.isNegative()) {
      throw new IllegalArgumentException(
          "answers kept for " + longestLife + " and failures for " + failureLife);
    }
    Bounds.requirePositive("depth", maxDepth);
    Bounds.requirePositive("queries", maxQueries);
    Bounds.requirePositive("addresses", maxAddresses);
    Bounds.requirePositive("addresses at a time", maxConcurrent);
    Bounds.requireAtLeast("waiting addresses", maxWaiting, 0);
    Bounds.requireAtLeast("bytes of cache", maxCacheBytes, 0);
  }

  public static ResolverConfig defaults() {
    return DEFAULTS;
  }

  public ResolverConfig withNameServers(List<InetSocketAddress> servers) {
    return new ResolverConfig(
        servers,
        queryTimeout,
        timeout,
        maxDepth,
        maxQueries,
        maxAddresses,
        maxConcurrent,
        maxWaiting,
        longestLife,
        failureLife,
        maxCacheBytes);
  }

  public ResolverConfig withTimeouts(Duration ofQuery, Duration ofAddress) {
    return new ResolverConfig(
        nameServers,
        ofQuery,
        ofAddress,
        maxDepth,
        maxQueries,
        maxAddresses,
        maxConcurrent,
        maxWaiting,
        longestLife,
        failureLife,
        maxCacheBytes);
  }

  /** The bounds of one dial. */
  public ResolverConfig withBounds(int depth, int queries, int addresses) {
    return new ResolverConfig(
        nameServers,
        queryTimeout,
        timeout,
        depth,
        queries,
        addresses,
        maxConcurrent,
        maxWaiting,
        longestLife,
        failureLife,
        maxCacheBytes);
  }

  public ResolverConfig withMaxConcurrent(int running, int waiting) {
    return new ResolverConfig(
        nameServers,
        queryTimeout,
        timeout,
        maxDepth,
        maxQueries,
        maxAddresses,
        running,
        waiting,
        longestLife,
        failureLife,
        maxCacheBytes);
  }

  public ResolverConfig withCache(Duration longest, Duration ofFailures, int maxBytes) {
    return new ResolverConfig(
        nameServers,
        queryTimeout,
        timeout,
        maxDepth,
        maxQueries,
        maxAddresses,
        maxConcurrent,
        maxWaiting,
        longest,
        ofFailures,
        maxBytes);
  }
}
