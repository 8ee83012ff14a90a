package io.echonet.dds.transport.kad;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Counts how many peers of each {@link IpGroup} have a place in a routing table. Not thread-safe.
 */
final class Diversity {
  private final DiversityConfig limits;
  private final Map<IpGroup, Integer> counts = new HashMap<>();

  Diversity(DiversityConfig limits) {
    this.limits = limits;
  }

  /** Whether another peer of {@code group} may have a place, {@code inBucket} having one there. */
  boolean admits(Optional<IpGroup> group, long inBucket) {
    return group.isEmpty()
        || (inBucket < limits.maxInBucket()
            && counts.getOrDefault(group.get(), 0) < limits.maxInTable());
  }

  void add(Optional<IpGroup> group) {
    group.ifPresent(it -> counts.merge(it, 1, Integer::sum));
  }

  void remove(Optional<IpGroup> group) {
    group.ifPresent(
        it -> counts.computeIfPresent(it, (same, count) -> count == 1 ? null : count - 1));
  }
}
