package io.echonet.dds.transport.kad;

import java.time.Duration;

/**
 * What a server keeps for others. A record takes some 250 bytes of memory.
 *
 * @param maxRecords how many provider records in all
 * @param maxProvidersPerKey how many providers of a key
 * @param keep how long a record is served
 * @param keepAddresses how long a provider's addresses are told with its records
 */
public record RecordConfig(
    int maxRecords, int maxProvidersPerKey, Duration keep, Duration keepAddresses) {
  private static final int BYTES_PER_RECORD = 256;

  static final RecordConfig DEFAULTS =
      new RecordConfig(eighthOfTheHeap(), 128, Duration.ofDays(2), Duration.ofDays(1));

  public RecordConfig {
    Checks.atLeast(1, maxRecords, "records");
    Checks.atLeast(1, maxProvidersPerKey, "providers of a key");
    Checks.positive(keep, "life of a record");
    Checks.positive(keepAddresses, "life of addresses");
  }

  private static int eighthOfTheHeap() {
    long records = Runtime.getRuntime().maxMemory() / 8 / BYTES_PER_RECORD;
    return (int) Math.max(16_384, Math.min(2_000_000, records));
  }

  public RecordConfig withMaxRecords(int records) {
    return new RecordConfig(records, maxProvidersPerKey, keep, keepAddresses);
  }
}
