package io.echonet.dds.transport.kad;

import io.echonet.dds.transport.limits.Bounds;

/**
 * The settings of a {@link KademliaDht}.
 *
 * @param protocol the protocol id of the network, {@code /…/kad/1.0.0}
 * @param k how many peers keep a record, fill a bucket and end a walk
 * @param alpha how many peers a walk asks at a time
 * @param addresses which addresses are taken in and handed on
 * @param maxAddresses how many addresses of a peer are read, kept or told, at most 16
 */
public record KadConfig(
    String protocol,
    int k,
    int alpha,
    AddressPolicy addresses,
    int maxAddresses,
    WalkConfig walks,
    InboundConfig inbound,
    RecordConfig records,
    ValueConfig values,
    AnnounceConfig announcing,
    UpkeepConfig upkeep) {
  /** The DHT of DDS networks. */
  public static final String DDS_PROTOCOL = "/digisocialblock/kad/1.0.0";

  /** The public DHT of IPFS. */
  public static final String IPFS_PROTOCOL = "/ipfs/kad/1.0.0";

  /** What a value's response takes beside the value and twice its key. */
  private static final int ECHO_BYTES = 64;

  /** The DHT that IPFS nodes of a local network form. */
  public static final String IPFS_LAN_PROTOCOL = "/ipfs/lan/kad/1.0.0";

  private static final KadConfig DEFAULTS =
      new KadConfig(
          DDS_PROTOCOL,
          20,
          10,
          AddressPolicy.ANY,
          8,
          WalkConfig.DEFAULTS,
          InboundConfig.DEFAULTS,
          RecordConfig.DEFAULTS,
          ValueConfig.DEFAULTS,
          AnnounceConfig.DEFAULTS,
          UpkeepConfig.DEFAULTS);

  public KadConfig {
    if (!protocol.startsWith("/") || protocol.length() > 256) {
      throw new IllegalArgumentException("'" + protocol + "' is no protocol id");
    }
    Bounds.requirePositive("k", k);
    Bounds.requirePositive("alpha", alpha);
    Bounds.requirePositive("addresses of a peer", maxAddresses);
    if (k > 256 || alpha > 256 || maxAddresses > 16) {
      throw new IllegalArgumentException(
          "k " + k + " and alpha " + alpha + " are at most 256, addresses " + maxAddresses + " 16");
    }
    long longestValue = 2L * values.maxKeyBytes() + values.maxValueBytes() + ECHO_BYTES;
    if (longestValue > inbound.maxResponseBytes()) {
      throw new IllegalArgumentException(
          "a response of %d bytes does not hold the longest value, which takes %d"
              .formatted(inbound.maxResponseBytes(), longestValue));
    }
  }

  public static KadConfig defaults() {
    return DEFAULTS;
  }

  /** A node of the public DHT of IPFS, in which only public addresses count. */
  public static KadConfig wan() {
    return DEFAULTS.withProtocol(IPFS_PROTOCOL).withAddresses(AddressPolicy.PUBLIC);
  }

  /** A node of the DHT that IPFS nodes of a local network form, in which only the others count. */
  public static KadConfig lan() {
    return DEFAULTS.withProtocol(IPFS_LAN_PROTOCOL).withAddresses(AddressPolicy.LOCAL);
  }

  public KadConfig withProtocol(String id) {
    return new KadConfig(
        id, k, alpha, addresses, maxAddresses, walks, inbound, records, values, announcing, upkeep);
  }

  public KadConfig withK(int peers) {
    return new KadConfig(
        protocol,
        peers,
        alpha,
        addresses,
        maxAddresses,
        walks,
        inbound,
        records,
        values,
        announcing,
        upkeep);
  }

  public KadConfig withAddresses(AddressPolicy policy) {
    return new KadConfig(
        protocol,
        k,
        alpha,
        policy,
        maxAddresses,
        walks,
        inbound,
        records,
        values,
        announcing,
        upkeep);
  }

  public KadConfig withWalks(WalkConfig settings) {
    return new KadConfig(
        protocol,
        k,
        alpha,
        addresses,
        maxAddresses,
        settings,
        inbound,
        records,
        values,
        announcing,
        upkeep);
  }

  public KadConfig withInbound(InboundConfig settings) {
    return new KadConfig(
        protocol,
        k,
        alpha,
        addresses,
        maxAddresses,
        walks,
        settings,
        records,
        values,
        announcing,
        upkeep);
  }

  public KadConfig withRecords(RecordConfig settings) {
    return new KadConfig(
        protocol,
        k,
        alpha,
        addresses,
        maxAddresses,
        walks,
        inbound,
        settings,
        values,
        announcing,
        upkeep);
  }

  public KadConfig withValues(ValueConfig settings) {
    return new KadConfig(
        protocol,
        k,
        alpha,
        addresses,
        maxAddresses,
        walks,
        inbound,
        records,
        settings,
        announcing,
        upkeep);
  }

  public KadConfig withAnnouncing(AnnounceConfig settings) {
    return new KadConfig(
        protocol,
        k,
        alpha,
        addresses,
        maxAddresses,
        walks,
        inbound,
        records,
        values,
        settings,
        upkeep);
  }

  public KadConfig withUpkeep(UpkeepConfig settings) {
    return new KadConfig(
        protocol,
        k,
        alpha,
        addresses,
        maxAddresses,
        walks,
        inbound,
        records,
        values,
        announcing,
        settings);
  }
}
