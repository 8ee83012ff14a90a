package io.echonet.dds.transport.kad;

import io.echonet.dds.transport.limits.Bounds;

/**
 * How many peers of one range of public addresses, a /16 of IPv4 or a /32 of IPv6, may have a place
 * in the routing table. Loopback and private addresses are not limited.
 *
 * @param maxInBucket how many in a bucket
 * @param maxInTable how many in all
 */
public record DiversityConfig(int maxInBucket, int maxInTable) {
  static final DiversityConfig DEFAULTS = new DiversityConfig(2, 3);

  public DiversityConfig {
    Bounds.requirePositive("peers of a group in a bucket", maxInBucket);
    Bounds.requirePositive("peers of a group", maxInTable);
  }
}
