package io.echonet.dds.transport.kad;

import java.time.Duration;

/**
 * How one lookup went, from the first peer asked to its end.
 *
 * @param hops how many peers, each named by the one before, led from the routing table to the
 *     farthest off of the peers found: 1 where all of them were in the table, 0 where nobody
 *     answered
 * @param queries how many peers were asked
 * @param answered how many of them answered before the end
 * @param failed how many of them could not be reached, or answered wrongly or too late
 * @param time how long it took
 */
public record Lookup(Kind kind, int hops, int queries, int answered, int failed, Duration time) {
  /** What was looked for. */
  public enum Kind {
    /** The peers nearest to a key, or the addresses of one peer. */
    PEERS,
    /** Who provides a key. */
    PROVIDERS,
    /** The value of a key. */
    VALUE
  }
}
