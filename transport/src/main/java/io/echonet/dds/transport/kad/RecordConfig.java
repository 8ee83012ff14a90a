package io.echonet.dds.transport.kad;

import java.time.Duration;

/**
 * What a server keeps for others. A record takes some 250 bytes of memory.
 *
 * @param maxRecords how many provider records in all
 * @param maxProvidersPerKey how many providers of a key
 * @param maxAddressBytesPerProvider about the memory that the addresses of a provider take; those
 *     that do not fit are left out
 * @param maxAddressBytes about the memory that all addresses of providers take. Beyond it the
 *     provider whose addresses take most loses them, but no record
 * @param keep how long a record is served
 * @param keepAddresses how long a provider's addresses are told with its records
 */
public record RecordConfig(
    int maxRecords,
    int maxProvidersPerKey,
    int maxAddressBytesPerProvider,
    int maxAddressBytes,
    Duration keep,
    Duration keepAddresses) {
  private static final int BYTES_PER_RECORD = 256;

  static final RecordConfig DEFAULTS =
      new RecordConfig(
          eighthOfTheHeap(), 128, 4096, 32 * 1024 * 1024, Duration.ofDays(2), Duration.ofDays(1));

  public RecordConfig {
    Checks.atLeast(1, maxRecords, "records");
    Checks.atLeast(1, maxProvidersPerKey, "providers of a key");
    Checks.atLeast(1, maxAddressBytesPerProvider, "bytes of a provider's addresses");
    Checks.atLeast(1, maxAddressBytes, "bytes of addresses");
    Checks.positive(keep, "life of a record");
    Checks.positive(keepAddresses, "life of addresses");
  }

  private static int eighthOfTheHeap() {
    long records = Runtime.getRuntime().maxMemory() / 8 / BYTES_PER_RECORD;
    return (int) Math.max(16_384, Math.min(2_000_000, records));
  }

  /** How many records in all, and of one key. */
  public RecordConfig withRecords(int inAll, int perKey) {
    return new RecordConfig(
        inAll, perKey, maxAddressBytesPerProvider, maxAddressBytes, keep, keepAddresses);
  }

  /** How many bytes of addresses, of one provider and in all. */
  public RecordConfig withAddressBytes(int perProvider, int inAll) {
    return new RecordConfig(
        maxRecords, maxProvidersPerKey, perProvider, inAll, keep, keepAddresses);
  }
}
