package io.echonet.dds.replication;

import java.time.Duration;

/**
 * How many copies there should be, and the bounds of making them (PROTOCOL section 3).
 *
 * @param target nodes that should hold each chunk, the originator included: N
 * @param chunksPerTarget chunks of one publish on their way to one node at once
 * @param maxCandidates nodes tried for the copies of one publish at most
 * @param attemptsPerChunk how often one node is asked to take one chunk while it says BUSY or fails
 *     to answer
 * @param retryPause the time between two such attempts
 * @param searchTimeout how long candidates are searched for when none are left
 */
public record ReplicationConfig(
    int target,
    int chunksPerTarget,
    int maxCandidates,
    int attemptsPerChunk,
    Duration retryPause,
    Duration searchTimeout) {
  /** The network's target, N, where nothing else is configured. */
  public static final int DEFAULT_TARGET = 7;

  private static final ReplicationConfig DEFAULTS =
      new ReplicationConfig(
          DEFAULT_TARGET, 4, 64, 3, Duration.ofMillis(500), Duration.ofSeconds(15));

  public ReplicationConfig {
    atLeast("target", target, 1);
    atLeast("chunksPerTarget", chunksPerTarget, 1);
    atLeast("maxCandidates", maxCandidates, 1);
    atLeast("attemptsPerChunk", attemptsPerChunk, 1);
    atLeast("retryPause (ms)", retryPause.toMillis(), 1);
    atLeast("searchTimeout (ms)", searchTimeout.toMillis(), 1);
  }

  private static void atLeast(String name, long value, long minimum) {
    if (value < minimum) {
      throw new IllegalArgumentException(name + " of " + value + " is less than " + minimum);
    }
  }

  public static ReplicationConfig defaults() {
    return DEFAULTS;
  }

  public ReplicationConfig withTarget(int copies) {
    return new ReplicationConfig(
        copies, chunksPerTarget, maxCandidates, attemptsPerChunk, retryPause, searchTimeout);
  }

  public ReplicationConfig withRetryPause(Duration pause) {
    return new ReplicationConfig(
        target, chunksPerTarget, maxCandidates, attemptsPerChunk, pause, searchTimeout);
  }

  public ReplicationConfig withSearchTimeout(Duration timeout) {
    return new ReplicationConfig(
        target, chunksPerTarget, maxCandidates, attemptsPerChunk, retryPause, timeout);
  }
}
