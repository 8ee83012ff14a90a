package io.echonet.dds.transport.kad;

import io.echonet.dds.transport.limits.Bounds;
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
    Bounds.requirePositive("records", maxRecords);
    Bounds.requirePositive("providers of a key", maxProvidersPerKey);
    Bounds.requirePositive("bytes of a provider's addresses", maxAddressBytesPerProvider);
    Bounds.requirePositive("bytes of addresses", maxAddressBytes);
    Bounds.requirePositive("life of a record", keep);
    Bounds.requirePositive("life of addresses", keepAddresses);
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
