package io.echonet.dds.transport.kad;

import io.echonet.dds.transport.limits.Bounds;
import java.time.Duration;

/**
 * How many keys are announced together.
 *
 * @param batchKeys how many keys are gathered to be put in order
 * @param gather how long to wait for a batch to fill
 * @param sliceKeys how many neighbouring keys share what walks have shown, and go to a peer on one
 *     stream
 * @param parallelSlices how many slices are announced at a time
 * @param parallelPeers to how many peers a slice is told at a time
 * @param timeout how long a peer may take to be told a slice
 */
public record AnnounceConfig(
    int batchKeys,
    Duration gather,
    int sliceKeys,
    int parallelSlices,
    int parallelPeers,
    Duration timeout) {
  static final AnnounceConfig DEFAULTS =
      new AnnounceConfig(4096, Duration.ofMillis(200), 512, 2, 10, Duration.ofSeconds(30));

  public AnnounceConfig {
    Bounds.requirePositive("keys of a batch", batchKeys);
    Bounds.requirePositive("time to gather", gather);
    Bounds.requirePositive("keys of a slice", sliceKeys);
    Bounds.requirePositive("parallel slices", parallelSlices);
    Bounds.requirePositive("parallel peers", parallelPeers);
    Bounds.requirePositive("timeout", timeout);
  }
}
