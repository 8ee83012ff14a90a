package io.echonet.dds.node.config;

import io.echonet.dds.replication.ReplicationConfig;
import io.echonet.dds.retrieval.RetrievalConfig;
import io.echonet.dds.storage.StorageUsage;
import io.echonet.dds.storage.migration.StoreKind;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.Multiaddr;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the program decides about a node; everything else keeps its part's defaults.
 *
 * @param chunks the folder that keeps its chunks; absent for one that keeps them in memory and
 *     holds none. Beside it is kept what the node knows of others: see {@link #peers} and {@link
 *     #providers}
 * @param quotaBytes what the chunks may take in all; {@link StorageUsage#UNLIMITED} for what the
 *     disk has
 * @param store how a folder of chunks that is new keeps them; others stay what they are
 * @param cache where it keeps what it has fetched, in case it is wanted again; nowhere if absent
 * @param listen where it takes connections; none where empty
 * @param announce what others are told instead of where it listens
 * @param bootstrap the peers that lead into the network
 * @param listenNearBootstrap whether a node that has no address to listen on takes the one by which
 *     it reached a bootstrap peer, loopback if none was
 * @param server whether it serves the DHT; one that others can't reach should not
 * @param acceptStores whether it keeps chunks for others
 * @param replication how many nodes should hold a content
 * @param timeout how long a search or a retrieval goes on without progress
 * @param kadProtocol the protocol id of the network's DHT
 */
public record NodeConfig(
    Identity identity,
    Optional<Path> chunks,
    long quotaBytes,
    StoreKind store,
    Optional<Cache> cache,
    List<Multiaddr> listen,
    List<Multiaddr> announce,
    List<Multiaddr> bootstrap,
    boolean listenNearBootstrap,
    boolean server,
    boolean acceptStores,
    int replication,
    Duration timeout,
    String kadProtocol) {
  /** The DHT of DDS networks. */
  public static final String DEFAULT_KAD_PROTOCOL = "/digisocialblock/kad/1.0.0";

  /**
   * More copies are never asked for: it is what a publish may try as candidates, by the engine's
   * defaults.
   */
  public static final int MAX_REPLICATION = ReplicationConfig.defaults().maxCandidates();

  private static final int MAX_PROTOCOL_CHARACTERS = 256;

  public NodeConfig {
    listen = List.copyOf(listen);
    announce = List.copyOf(announce);
    bootstrap = List.copyOf(bootstrap);
    if (replication < 1 || replication > MAX_REPLICATION) {
      throw new IllegalArgumentException(
          "replication of " + replication + " is not between 1 and " + MAX_REPLICATION);
    }
    if (!isProtocolId(kadProtocol)) {
      throw new IllegalArgumentException("'" + kadProtocol + "' is no protocol id");
    }
  }

  /** Where what it knows of its peers is kept, so that it finds them again after a restart. */
  public Optional<Path> peers() {
    return chunks.map(folder -> folder.resolveSibling("peers.log"));
  }

  /** Where the provider records that it keeps for others are kept. */
  public Optional<Path> providers() {
    return chunks.map(folder -> folder.resolveSibling("providers.log"));
  }

  /** Where the names of the contents that it keeps are kept. */
  public Optional<Path> roots() {
    return chunks.map(folder -> folder.resolveSibling("roots"));
  }

  /** Where it notes how far scrubbing has come. */
  public Optional<Path> scrubPosition() {
    return chunks.map(folder -> folder.resolveSibling("scrub.position"));
  }

  /** Where it listens for commands on this machine. */
  public Optional<Path> control() {
    return chunks.map(folder -> folder.resolveSibling("control"));
  }

  /** Whether {@code text} can name a protocol. */
  public static boolean isProtocolId(String text) {
    return text.startsWith("/")
        && text.length() <= MAX_PROTOCOL_CHARACTERS
        && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  /** A node that asks and does not answer: it listens nowhere and keeps nothing. */
  public static NodeConfig client(Identity identity, List<Multiaddr> bootstrap) {
    return new NodeConfig(
        identity,
        Optional.empty(),
        StorageUsage.UNLIMITED,
        StoreKind.SEGMENT,
        Optional.empty(),
        List.of(),
        List.of(),
        bootstrap,
        false,
        false,
        false,
        ReplicationConfig.DEFAULT_TARGET,
        RetrievalConfig.defaults().timeout(),
        DEFAULT_KAD_PROTOCOL);
  }

  public NodeConfig withChunks(Path folder) {
    return new NodeConfig(
        identity,
        Optional.of(folder),
        quotaBytes,
        store,
        cache,
        listen,
        announce,
        bootstrap,
        listenNearBootstrap,
        server,
        acceptStores,
        replication,
        timeout,
        kadProtocol);
  }

  public NodeConfig withQuota(long bytes) {
    return new NodeConfig(
        identity,
        chunks,
        bytes,
        store,
        cache,
        listen,
        announce,
        bootstrap,
        listenNearBootstrap,
        server,
        acceptStores,
        replication,
        timeout,
        kadProtocol);
  }

  public NodeConfig withStore(StoreKind kind) {
    return new NodeConfig(
        identity,
        chunks,
        quotaBytes,
        kind,
        cache,
        listen,
        announce,
        bootstrap,
        listenNearBootstrap,
        server,
        acceptStores,
        replication,
        timeout,
        kadProtocol);
  }

  /**
   * A folder for what was fetched.
   *
   * @param bytes what it may hold
   */
  public record Cache(Path folder, long bytes) {}

  public NodeConfig withCache(Cache fetched) {
    return new NodeConfig(
        identity,
        chunks,
        quotaBytes,
        store,
        Optional.of(fetched),
        listen,
        announce,
        bootstrap,
        listenNearBootstrap,
        server,
        acceptStores,
        replication,
        timeout,
        kadProtocol);
  }

  /** Where it listens and what it tells others of that. */
  public NodeConfig withListen(List<Multiaddr> addresses, List<Multiaddr> announced) {
    return new NodeConfig(
        identity,
        chunks,
        quotaBytes,
        store,
        cache,
        addresses,
        announced,
        bootstrap,
        listenNearBootstrap,
        server,
        acceptStores,
        replication,
        timeout,
        kadProtocol);
  }

  public NodeConfig withListenNearBootstrap() {
    return new NodeConfig(
        identity,
        chunks,
        quotaBytes,
        store,
        cache,
        listen,
        announce,
        bootstrap,
        true,
        server,
        acceptStores,
        replication,
        timeout,
        kadProtocol);
  }

  /** What it does for others. */
  public NodeConfig withService(boolean servesDht, boolean keepsChunks) {
    return new NodeConfig(
        identity,
        chunks,
        quotaBytes,
        store,
        cache,
        listen,
        announce,
        bootstrap,
        listenNearBootstrap,
        servesDht,
        keepsChunks,
        replication,
        timeout,
        kadProtocol);
  }

  public NodeConfig withReplication(int copies) {
    return new NodeConfig(
        identity,
        chunks,
        quotaBytes,
        store,
        cache,
        listen,
        announce,
        bootstrap,
        listenNearBootstrap,
        server,
        acceptStores,
        copies,
        timeout,
        kadProtocol);
  }

  public NodeConfig withTimeout(Duration value) {
    return new NodeConfig(
        identity,
        chunks,
        quotaBytes,
        store,
        cache,
        listen,
        announce,
        bootstrap,
        listenNearBootstrap,
        server,
        acceptStores,
        replication,
        value,
        kadProtocol);
  }

  public NodeConfig withKadProtocol(String id) {
    return new NodeConfig(
        identity,
        chunks,
        quotaBytes,
        store,
        cache,
        listen,
        announce,
        bootstrap,
        listenNearBootstrap,
        server,
        acceptStores,
        replication,
        timeout,
        id);
  }
}
