package io.echonet.dds.transport.kad;

import io.echonet.dds.transport.limits.Bounds;
import java.time.Duration;

/**
 * What it takes to walk to a key.
 *
 * @param queryTimeout how long a peer may take to be dialled and to answer
 * @param patience after how long a peer that has not answered no longer holds up the walk
 * @param providerQuorum a search that has found a provider ends once this many of the peers nearest
 *     to the key have answered. Deployed peers take 3; k or more never ends it early
 * @param maxRunning how many walks may run at a time; further ones wait
 * @param maxWaiting how many walks may wait; further ones fail
 * @param maxCandidates how many peers a walk knows that it has not asked
 * @param maxAsked how many peers a walk asks in all
 * @param maxResponseBytes how large an answer may be
 * @param maxPeersPerResponse how many closer peers, and how many providers, of an answer are read
 * @param maxProviders how many providers a search may come by where more are wanted
 */
public record WalkConfig(
    Duration queryTimeout,
    Duration patience,
    int providerQuorum,
    int maxRunning,
    int maxWaiting,
    int maxCandidates,
    int maxAsked,
    int maxResponseBytes,
    int maxPeersPerResponse,
    int maxProviders) {
  static final WalkConfig DEFAULTS =
      new WalkConfig(
          Duration.ofSeconds(10),
          Duration.ofSeconds(3),
          20,
          32,
          1024,
          1000,
          256,
          4 * 1024 * 1024,
          256,
          4096);

  public WalkConfig {
    Bounds.requirePositive("query timeout", queryTimeout);
    Bounds.requirePositive("patience", patience);
    Bounds.requirePositive("provider quorum", providerQuorum);
    Bounds.requirePositive("running walks", maxRunning);
    Bounds.requireAtLeast("waiting walks", maxWaiting, 0);
    Bounds.requirePositive("candidates", maxCandidates);
    Bounds.requirePositive("peers asked", maxAsked);
    Bounds.requireAtLeast("bytes of a response", maxResponseBytes, 1024);
    Bounds.requirePositive("peers of a response", maxPeersPerResponse);
    Bounds.requirePositive("providers", maxProviders);
  }

  public WalkConfig withQueryTimeout(Duration timeout) {
    return new WalkConfig(
        timeout,
        patience,
        providerQuorum,
        maxRunning,
        maxWaiting,
        maxCandidates,
        maxAsked,
        maxResponseBytes,
        maxPeersPerResponse,
        maxProviders);
  }

  public WalkConfig withPatience(Duration duration) {
    return new WalkConfig(
        queryTimeout,
        duration,
        providerQuorum,
        maxRunning,
        maxWaiting,
        maxCandidates,
        maxAsked,
        maxResponseBytes,
        maxPeersPerResponse,
        maxProviders);
  }

  public WalkConfig withProviderQuorum(int peers) {
    return new WalkConfig(
        queryTimeout,
        patience,
        peers,
        maxRunning,
        maxWaiting,
        maxCandidates,
        maxAsked,
        maxResponseBytes,
        maxPeersPerResponse,
        maxProviders);
  }
}
