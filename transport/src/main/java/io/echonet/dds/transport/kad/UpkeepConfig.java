package io.echonet.dds.transport.kad;

import io.echonet.dds.transport.limits.Bounds;
import java.time.Duration;

/**
 * How the routing table is kept.
 *
 * @param replacements how many peers wait for a place in a full bucket
 * @param checks how many peers are asked at a time whether they are there
 * @param refresh how often every bucket is walked to, and unheard peers are checked
 * @param firstRetry how long after a failed bootstrap the next is tried; doubled by every further
 *     failure
 * @param longestRetry what that grows to
 * @param firstPause for how long walks pass over a peer that could not be reached; doubled likewise
 * @param longestPause what that grows to
 * @param diversity how many peers of one address range are let in
 */
public record UpkeepConfig(
    int replacements,
    int checks,
    Duration refresh,
    Duration firstRetry,
    Duration longestRetry,
    Duration firstPause,
    Duration longestPause,
    DiversityConfig diversity) {
  static final UpkeepConfig DEFAULTS =
      new UpkeepConfig(
          10,
          32,
          Duration.ofMinutes(10),
          Duration.ofSeconds(2),
          Duration.ofMinutes(2),
          Duration.ofSeconds(15),
          Duration.ofMinutes(5),
          DiversityConfig.DEFAULTS);

  public UpkeepConfig {
    Bounds.requireAtLeast("replacements", replacements, 0);
    Bounds.requirePositive("checks", checks);
    Bounds.requirePositive("time between refreshes", refresh);
    Bounds.requirePositive("first retry", firstRetry);
    Bounds.requirePositive("longest retry", longestRetry);
    Bounds.requirePositive("first pause", firstPause);
    Bounds.requirePositive("longest pause", longestPause);
  }

  public UpkeepConfig withRefresh(Duration interval) {
    return new UpkeepConfig(
        replacements,
        checks,
        interval,
        firstRetry,
        longestRetry,
        firstPause,
        longestPause,
        diversity);
  }

  public UpkeepConfig withRetries(Duration first, Duration longest) {
    return new UpkeepConfig(
        replacements, checks, refresh, first, longest, firstPause, longestPause, diversity);
  }

  public UpkeepConfig withPauses(Duration first, Duration longest) {
    return new UpkeepConfig(
        replacements, checks, refresh, firstRetry, longestRetry, first, longest, diversity);
  }

  public UpkeepConfig withDiversity(DiversityConfig limits) {
    return new UpkeepConfig(
        replacements, checks, refresh, firstRetry, longestRetry, firstPause, longestPause, limits);
  }
}
