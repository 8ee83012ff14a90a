package io.echonet.dds.transport.kad;

import java.time.Duration;

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
    Walks walks,
    Inbound inbound,
    Records records,
    Announcing announcing,
    Upkeep upkeep) {
  /** The DHT of DDS networks. */
  public static final String DDS_PROTOCOL = "/digisocialblock/kad/1.0.0";

  /** The public DHT of IPFS. */
  public static final String IPFS_PROTOCOL = "/ipfs/kad/1.0.0";

  private static final KadConfig DEFAULTS =
      new KadConfig(
          DDS_PROTOCOL,
          20,
          10,
          AddressPolicy.ANY,
          8,
          Walks.DEFAULTS,
          Inbound.DEFAULTS,
          Records.DEFAULTS,
          Announcing.DEFAULTS,
          Upkeep.DEFAULTS);

  public KadConfig {
    if (!protocol.startsWith("/") || protocol.length() > 256) {
      throw new IllegalArgumentException("'" + protocol + "' is no protocol id");
    }
    atLeast(1, k, "k");
    atLeast(1, alpha, "alpha");
    atLeast(1, maxAddresses, "addresses of a peer");
    if (k > 256 || alpha > 256 || maxAddresses > 16) {
      throw new IllegalArgumentException(
          "k " + k + " and alpha " + alpha + " are at most 256, addresses " + maxAddresses + " 16");
    }
  }

  public static KadConfig defaults() {
    return DEFAULTS;
  }

  /**
   * What it takes to walk to a key.
   *
   * @param queryTimeout how long a peer may take to be dialled and to answer
   * @param patience after how long a peer that has not answered no longer holds up the walk
   * @param providerQuorum a search that has found a provider ends once this many of the peers
   *     nearest to the key have answered. Deployed peers take 3; k or more never ends it early
   * @param maxRunning how many walks may run at a time; further ones wait
   * @param maxWaiting how many walks may wait; further ones fail
   * @param maxCandidates how many peers a walk knows that it has not asked
   * @param maxAsked how many peers a walk asks in all
   * @param maxResponseBytes how large an answer may be
   * @param maxPeersPerResponse how many closer peers, and how many providers, of an answer are read
   * @param maxProviders how many providers a search may come by
   */
  public record Walks(
      Duration queryTimeout,
      Duration patience,
      int providerQuorum,
      int maxRunning,
      int maxWaiting,
      int maxCandidates,
      int maxAsked,
      int maxResponseBytes,
      int maxPeersPerResponse,
      int maxProviders) {
    static final Walks DEFAULTS =
        new Walks(
            Duration.ofSeconds(10),
            Duration.ofSeconds(3),
            20,
            32,
            1024,
            1000,
            256,
            4 * 1024 * 1024,
            256,
            4096);

    public Walks {
      positive(queryTimeout, "query timeout");
      positive(patience, "patience");
      atLeast(1, providerQuorum, "provider quorum");
      atLeast(1, maxRunning, "running walks");
      atLeast(0, maxWaiting, "waiting walks");
      atLeast(1, maxCandidates, "candidates");
      atLeast(1, maxAsked, "peers asked");
      atLeast(1024, maxResponseBytes, "bytes of a response");
      atLeast(1, maxPeersPerResponse, "peers of a response");
      atLeast(1, maxProviders, "providers");
    }

    public Walks withQueryTimeout(Duration timeout) {
      return new Walks(
          timeout,
          patience,
          providerQuorum,
          maxRunning,
          maxWaiting,
          maxCandidates,
          maxAsked,
          maxResponseBytes,
          maxPeersPerResponse,
          maxProviders);
    }

    public Walks withPatience(Duration duration) {
      return new Walks(
          queryTimeout,
          duration,
          providerQuorum,
          maxRunning,
          maxWaiting,
          maxCandidates,
          maxAsked,
          maxResponseBytes,
          maxPeersPerResponse,
          maxProviders);
    }

    public Walks withProviderQuorum(int peers) {
      return new Walks(
          queryTimeout,
          patience,
          peers,
          maxRunning,
          maxWaiting,
          maxCandidates,
          maxAsked,
          maxResponseBytes,
          maxPeersPerResponse,
          maxProviders);
    }
  }

  /**
   * What others may ask of a server.
   *
   * @param maxRequestBytes how large a request may be
   * @param maxResponseBytes how large our answers may be. Some deployed peers refuse more than 16
   *     KiB
   * @param maxStreams how many streams may be served at a time
   * @param maxStreamsPerPeer how many of them may be one peer's
   * @param requestsPerSecond how many requests of one peer are served in the long run; it is slowed
   *     down, not refused
   * @param burst how many requests of one peer are served at once
   * @param idle how long a stream may say nothing, or leave an answer unread
   */
  public record Inbound(
      int maxRequestBytes,
      int maxResponseBytes,
      int maxStreams,
      int maxStreamsPerPeer,
      int requestsPerSecond,
      int burst,
      Duration idle) {
    static final Inbound DEFAULTS =
        new Inbound(64 * 1024, 16 * 1024, 512, 32, 1000, 16_384, Duration.ofMinutes(1));

    public Inbound {
      atLeast(1024, maxRequestBytes, "bytes of a request");
      atLeast(1024, maxResponseBytes, "bytes of a response");
      atLeast(1, maxStreams, "streams");
      atLeast(1, maxStreamsPerPeer, "streams of a peer");
      atLeast(1, requestsPerSecond, "requests a second");
      atLeast(1, burst, "requests at once");
      positive(idle, "idle time");
    }

    public Inbound withStreams(int all, int perPeer) {
      return new Inbound(
          maxRequestBytes, maxResponseBytes, all, perPeer, requestsPerSecond, burst, idle);
    }

    public Inbound withRate(int perSecond, int atOnce) {
      return new Inbound(
          maxRequestBytes,
          maxResponseBytes,
          maxStreams,
          maxStreamsPerPeer,
          perSecond,
          atOnce,
          idle);
    }

    public Inbound withIdle(Duration time) {
      return new Inbound(
          maxRequestBytes,
          maxResponseBytes,
          maxStreams,
          maxStreamsPerPeer,
          requestsPerSecond,
          burst,
          time);
    }
  }

  /**
   * What a server keeps for others. A record takes some 250 bytes of memory.
   *
   * @param maxRecords how many provider records in all
   * @param maxProvidersPerKey how many providers of a key
   * @param keep how long a record is served
   * @param keepAddresses how long a provider's addresses are told with its records
   */
  public record Records(
      int maxRecords, int maxProvidersPerKey, Duration keep, Duration keepAddresses) {
    private static final int BYTES_PER_RECORD = 256;

    static final Records DEFAULTS =
        new Records(eighthOfTheHeap(), 128, Duration.ofDays(2), Duration.ofDays(1));

    public Records {
      atLeast(1, maxRecords, "records");
      atLeast(1, maxProvidersPerKey, "providers of a key");
      positive(keep, "life of a record");
      positive(keepAddresses, "life of addresses");
    }

    private static int eighthOfTheHeap() {
      long records = Runtime.getRuntime().maxMemory() / 8 / BYTES_PER_RECORD;
      return (int) Math.max(16_384, Math.min(2_000_000, records));
    }

    public Records withMaxRecords(int records) {
      return new Records(records, maxProvidersPerKey, keep, keepAddresses);
    }
  }

  /**
   * How many keys are announced together.
   *
   * @param batchKeys how many keys are gathered to be put in order
   * @param gather how long to wait for a batch to fill
   * @param sliceKeys how many neighbouring keys share what walks have shown, and go to a peer on
   *     one stream
   * @param parallelSlices how many slices are announced at a time
   * @param parallelPeers to how many peers a slice is told at a time
   * @param timeout how long a peer may take to be told a slice
   */
  public record Announcing(
      int batchKeys,
      Duration gather,
      int sliceKeys,
      int parallelSlices,
      int parallelPeers,
      Duration timeout) {
    static final Announcing DEFAULTS =
        new Announcing(4096, Duration.ofMillis(200), 512, 2, 10, Duration.ofSeconds(30));

    public Announcing {
      atLeast(1, batchKeys, "keys of a batch");
      positive(gather, "time to gather");
      atLeast(1, sliceKeys, "keys of a slice");
      atLeast(1, parallelSlices, "parallel slices");
      atLeast(1, parallelPeers, "parallel peers");
      positive(timeout, "timeout");
    }
  }

  /**
   * How the routing table is kept.
   *
   * @param replacements how many peers wait for a place in a full bucket
   * @param checks how many peers are asked at a time whether they are there
   * @param refresh how often every bucket is walked to, and unheard peers are checked
   * @param firstRetry how long after a failed bootstrap the next is tried; doubled by every further
   *     failure
   * @param longestRetry what that grows to
   * @param firstPause for how long walks pass over a peer that could not be reached; doubled
   *     likewise
   * @param longestPause what that grows to
   */
  public record Upkeep(
      int replacements,
      int checks,
      Duration refresh,
      Duration firstRetry,
      Duration longestRetry,
      Duration firstPause,
      Duration longestPause) {
    static final Upkeep DEFAULTS =
        new Upkeep(
            10,
            32,
            Duration.ofMinutes(10),
            Duration.ofSeconds(2),
            Duration.ofMinutes(2),
            Duration.ofSeconds(15),
            Duration.ofMinutes(5));

    public Upkeep {
      atLeast(0, replacements, "replacements");
      atLeast(1, checks, "checks");
      positive(refresh, "time between refreshes");
      positive(firstRetry, "first retry");
      positive(longestRetry, "longest retry");
      positive(firstPause, "first pause");
      positive(longestPause, "longest pause");
    }

    public Upkeep withRefresh(Duration interval) {
      return new Upkeep(
          replacements, checks, interval, firstRetry, longestRetry, firstPause, longestPause);
    }

    public Upkeep withRetries(Duration first, Duration longest) {
      return new Upkeep(replacements, checks, refresh, first, longest, firstPause, longestPause);
    }

    public Upkeep withPauses(Duration first, Duration longest) {
      return new Upkeep(replacements, checks, refresh, firstRetry, longestRetry, first, longest);
    }
  }

  public KadConfig withProtocol(String id) {
    return new KadConfig(
        id, k, alpha, addresses, maxAddresses, walks, inbound, records, announcing, upkeep);
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
        announcing,
        upkeep);
  }

  public KadConfig withAddresses(AddressPolicy policy) {
    return new KadConfig(
        protocol, k, alpha, policy, maxAddresses, walks, inbound, records, announcing, upkeep);
  }

  public KadConfig withWalks(Walks settings) {
    return new KadConfig(
        protocol,
        k,
        alpha,
        addresses,
        maxAddresses,
        settings,
        inbound,
        records,
        announcing,
        upkeep);
  }

  public KadConfig withInbound(Inbound settings) {
    return new KadConfig(
        protocol, k, alpha, addresses, maxAddresses, walks, settings, records, announcing, upkeep);
  }

  public KadConfig withRecords(Records settings) {
    return new KadConfig(
        protocol, k, alpha, addresses, maxAddresses, walks, inbound, settings, announcing, upkeep);
  }

  public KadConfig withAnnouncing(Announcing settings) {
    return new KadConfig(
        protocol, k, alpha, addresses, maxAddresses, walks, inbound, records, settings, upkeep);
  }

  public KadConfig withUpkeep(Upkeep settings) {
    return new KadConfig(
        protocol, k, alpha, addresses, maxAddresses, walks, inbound, records, announcing, settings);
  }

  private static void atLeast(int least, int value, String what) {
    if (value < least) {
      throw new IllegalArgumentException(what + ": " + value + " is less than " + least);
    }
  }

  private static void positive(Duration value, String what) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(what + ": " + value + " is not positive");
    }
  }
}
