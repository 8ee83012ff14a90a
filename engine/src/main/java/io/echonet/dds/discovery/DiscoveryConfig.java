package io.echonet.dds.discovery;

import java.time.Duration;

/**
 * The bounds of announcing and searching (PROTOCOL section 3).
 *
 * @param maxPendingAnnouncements CIDs that wait to be announced; where more come, the whole store
 *     is announced anew, so that none is forgotten
 * @param announcementBatch CIDs that are announced together
 * @param parallelAnnouncements manifests announced at once, ahead of all else
 * @param announceTimeout for one manifest
 * @param retryPause how long an announcement that nobody took is put off; the first ones of what is
 *     stored, after a start, not so long
 * @param republishEvery how often everything stored is announced anew
 * @param announceAtStart whether everything stored is announced when the node starts
 * @param maxProviders peers one search answers at most
 * @param addressLife how long a provider's addresses are kept in the peer store
 */
public record DiscoveryConfig(
    int maxPendingAnnouncements,
    int announcementBatch,
    int parallelAnnouncements,
    Duration announceTimeout,
    Duration retryPause,
    Duration republishEvery,
    boolean announceAtStart,
    int maxProviders,
    Duration addressLife) {
  private static final DiscoveryConfig DEFAULTS =
      new DiscoveryConfig(
          65_536,
          256,
          4,
          Duration.ofSeconds(60),
          Duration.ofSeconds(10),
          Duration.ofHours(22),
          true,
          20,
          Duration.ofMinutes(30));

  public DiscoveryConfig {
    atLeast("maxPendingAnnouncements", maxPendingAnnouncements, 1);
    atLeast("announcementBatch", announcementBatch, 1);
    atLeast("parallelAnnouncements", parallelAnnouncements, 1);
    atLeast("announceTimeout (ms)", announceTimeout.toMillis(), 1);
    atLeast("retryPause (ms)", retryPause.toMillis(), 1);
    atLeast("republishEvery (ms)", republishEvery.toMillis(), 1);
    atLeast("maxProviders", maxProviders, 1);
    atLeast("addressLife (ms)", addressLife.toMillis(), 1);
  }

  private static void atLeast(String name, long value, long minimum) {
    if (value < minimum) {
      throw new IllegalArgumentException(name + " of " + value + " is less than " + minimum);
    }
  }

  public static DiscoveryConfig defaults() {
    return DEFAULTS;
  }

  public DiscoveryConfig withAnnounceAtStart(boolean atStart) {
    return new DiscoveryConfig(
        maxPendingAnnouncements,
        announcementBatch,
        parallelAnnouncements,
        announceTimeout,
        retryPause,
        republishEvery,
        atStart,
        maxProviders,
        addressLife);
  }

  /** How many CIDs wait, and how many are announced together. */
  public DiscoveryConfig withQueue(int maxPending, int batch) {
    return new DiscoveryConfig(
        maxPending,
        batch,
        parallelAnnouncements,
        announceTimeout,
        retryPause,
        republishEvery,
        announceAtStart,
        maxProviders,
        addressLife);
  }

  public DiscoveryConfig withPauses(Duration retry, Duration republish) {
    return new DiscoveryConfig(
        maxPendingAnnouncements,
        announcementBatch,
        parallelAnnouncements,
        announceTimeout,
        retry,
        republish,
        announceAtStart,
        maxProviders,
        addressLife);
  }
}
