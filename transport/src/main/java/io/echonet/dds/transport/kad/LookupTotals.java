package io.echonet.dds.transport.kad;

import java.time.Duration;

/**
 * All lookups of a node together.
 *
 * @param lookups how many have ended
 * @param hops the sum of their hops
 * @param queries how many queries they made
 * @param answered how many queries were answered
 * @param failed how many queries failed
 * @param time the sum of what each took
 */
public record LookupTotals(
    long lookups, long hops, long queries, long answered, long failed, Duration time) {
  static final LookupTotals NONE = new LookupTotals(0, 0, 0, 0, 0, Duration.ZERO);

  LookupTotals with(Lookup lookup) {
    return new LookupTotals(
        lookups + 1,
        hops + lookup.hops(),
        queries + lookup.queries(),
        answered + lookup.answered(),
        failed + lookup.failed(),
        time.plus(lookup.time()));
  }
}
