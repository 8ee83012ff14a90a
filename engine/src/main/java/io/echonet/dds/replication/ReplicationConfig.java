package io.echonet.dds.replication;

import java.time.Duration;

/**
 * How many copies there should be, and the bounds of making them (PROTOCOL section 3).
 *
 * @param target nodes that should hold each chunk, the originator included: N
 * @param chunksPerTarget chunks of one publish on their way to one node at once
 * @param maxCandidates nodes tried for the copies of one publish at most
 * @param attempts how often one node is asked for one thing while it says BUSY or fails to answer
 * @param retryPause the time between two such attempts
 * @param searchTimeout how long candidates are searched for when none are left
 * @param maxPendingInstructions ReplicationInstructions that were accepted and wait; more are BUSY
 * @param maxPendingInstructionsPerPeer of those, of one peer
 * @param parallelInstructions instructions carried out at once
 * @param instructionTimeout how long carrying one out may take; past it, it is given up
 */
public record ReplicationConfig(
    int target,
    int chunksPerTarget,
    int maxCandidates,
    int attempts,
    Duration retryPause,
    Duration searchTimeout,
    int maxPendingInstructions,
    int maxPendingInstructionsPerPeer,
    int parallelInstructions,
    Duration instructionTimeout) {
  /** The network's target, N, where nothing else is configured. */
  public static final int DEFAULT_TARGET = 7;

  private static final ReplicationConfig DEFAULTS =
      new ReplicationConfig(
          DEFAULT_TARGET,
          8,
          64,
          3,
          Duration.ofMillis(500),
          Duration.ofSeconds(15),
          1024,
          128,
          2,
          Duration.ofSeconds(60));

  public ReplicationConfig {
    atLeast("target", target, 1);
    atLeast("chunksPerTarget", chunksPerTarget, 1);
    atLeast("maxCandidates", maxCandidates, 1);
    atLeast("attempts", attempts, 1);
    atLeast("retryPause (ms)", retryPause.toMillis(), 1);
    atLeast("searchTimeout (ms)", searchTimeout.toMillis(), 1);
    atLeast("maxPendingInstructions", maxPendingInstructions, 1);
    atLeast("maxPendingInstructionsPerPeer", maxPendingInstructionsPerPeer, 1);
    atLeast("parallelInstructions", parallelInstructions, 1);
    atLeast("instructionTimeout (ms)", instructionTimeout.toMillis(), 1);
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
        copies,
        chunksPerTarget,
        maxCandidates,
        attempts,
        retryPause,
        searchTimeout,
        maxPendingInstructions,
        maxPendingInstructionsPerPeer,
        parallelInstructions,
        instructionTimeout);
  }

  /** How often to ask, how long to wait in between, and how long to search. */
  public ReplicationConfig withPatience(int newAttempts, Duration pause, Duration search) {
    return new ReplicationConfig(
        target,
        chunksPerTarget,
        maxCandidates,
        newAttempts,
        pause,
        search,
        maxPendingInstructions,
        maxPendingInstructionsPerPeer,
        parallelInstructions,
        instructionTimeout);
  }

  /** How many instructions may wait, in all and of one peer. */
  public ReplicationConfig withPendingInstructions(int inAll, int perPeer) {
    return new ReplicationConfig(
        target,
        chunksPerTarget,
        maxCandidates,
        attempts,
        retryPause,
        searchTimeout,
        inAll,
        perPeer,
        parallelInstructions,
        instructionTimeout);
  }

  /** How many instructions are carried out at once, and how long each may take. */
  public ReplicationConfig withInstructions(int parallel, Duration timeout) {
    return new ReplicationConfig(
        target,
        chunksPerTarget,
        maxCandidates,
        attempts,
        retryPause,
        searchTimeout,
        maxPendingInstructions,
        maxPendingInstructionsPerPeer,
        parallel,
        timeout);
  }
}
