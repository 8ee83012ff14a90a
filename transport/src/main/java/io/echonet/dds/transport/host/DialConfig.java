package io.echonet.dds.transport.host;

import io.echonet.dds.transport.dns.ResolverConfig;
import java.time.Duration;

/**
 * How a host reaches others.
 *
 * @param timeout for one attempt at one address, from the wait for its turn to the usable
 *     connection
 * @param stagger how long an attempt has before the next address is tried beside it: the classic
 *     250 ms of happy eyeballs, long enough for most of the world's round trips, too short to be
 *     noticed
 * @param backOff how long an address that failed is left alone by dials to a peer; short, since
 *     peers restart. An address that is dialled by name is always tried
 * @param maxAddresses addresses of a peer that are tried, best known first
 * @param maxConcurrent attempts under way at a time
 * @param maxWaiting attempts that may wait for their turn; more are refused
 * @param maxBackOffs failed addresses remembered
 * @param resolver how names become addresses
 */
public record DialConfig(
    Duration timeout,
    Duration stagger,
    Duration backOff,
    int maxAddresses,
    int maxConcurrent,
    int maxWaiting,
    int maxBackOffs,
    ResolverConfig resolver) {
  private static final DialConfig DEFAULTS =
      new DialConfig(
          Duration.ofSeconds(10),
          Duration.ofMillis(250),
          Duration.ofSeconds(2),
          16,
          64,
          1_024,
          1_024,
          ResolverConfig.defaults());

  public DialConfig {
    if (timeout.isNegative() || timeout.isZero() || stagger.isNegative() || backOff.isNegative()) {
      throw new IllegalArgumentException(
          "dial timeout " + timeout + ", stagger " + stagger + ", back-off " + backOff);
    }
    if (maxAddresses < 1 || maxConcurrent < 1 || maxWaiting < 0 || maxBackOffs < 0) {
      throw new IllegalArgumentException(
          "dial bounds must be positive: "
              + maxAddresses
              + " addresses, "
              + maxConcurrent
              + " at a time, "
              + maxWaiting
              + " waiting, "
              + maxBackOffs
              + " back-offs");
    }
  }

  public static DialConfig defaults() {
    return DEFAULTS;
  }

  public DialConfig withTimeout(Duration newTimeout) {
    return new DialConfig(
        newTimeout,
        stagger,
        backOff,
        maxAddresses,
        maxConcurrent,
        maxWaiting,
        maxBackOffs,
        resolver);
  }

  public DialConfig withBackOff(Duration newBackOff) {
    return new DialConfig(
        timeout,
        stagger,
        newBackOff,
        maxAddresses,
        maxConcurrent,
        maxWaiting,
        maxBackOffs,
        resolver);
  }

  public DialConfig withStagger(Duration newStagger) {
    return new DialConfig(
        timeout,
        newStagger,
        backOff,
        maxAddresses,
        maxConcurrent,
        maxWaiting,
        maxBackOffs,
        resolver);
  }

  public DialConfig withMaxConcurrent(int attempts) {
    return new DialConfig(
        timeout, stagger, backOff, maxAddresses, attempts, maxWaiting, maxBackOffs, resolver);
  }

  public DialConfig withResolver(ResolverConfig newResolver) {
    return new DialConfig(
        timeout,
        stagger,
        backOff,
        maxAddresses,
        maxConcurrent,
        maxWaiting,
        maxBackOffs,
        newResolver);
  }
}
