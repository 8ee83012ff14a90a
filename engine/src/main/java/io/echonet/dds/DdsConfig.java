package io.echonet.dds;

import io.echonet.dds.cache.CacheConfig;
import io.echonet.dds.content.Chunk;
import io.echonet.dds.discovery.DiscoveryConfig;
import io.echonet.dds.network.NetworkConfig;
import io.echonet.dds.replication.ReplicationConfig;
import io.echonet.dds.retrieval.RetrievalConfig;

/**
 * Every bound of a {@link Dds}, with defaults that serve.
 *
 * @param publishWindowChunks chunks of one publish that are hashed, stored or pushed at once; times
 *     262,144 bytes is the memory of a publish: 32 MiB, or an eighth of a heap below 256 MiB
 * @param hashingThreads threads that hash chunks, for all that goes on in one {@link Dds}
 */
public record DdsConfig(
    NetworkConfig network,
    DiscoveryConfig discovery,
    RetrievalConfig retrieval,
    CacheConfig cache,
    ReplicationConfig replication,
    int publishWindowChunks,
    int hashingThreads) {
  private static final DdsConfig DEFAULTS =
      new DdsConfig(
          NetworkConfig.defaults(),
          DiscoveryConfig.defaults(),
          RetrievalConfig.defaults(),
          CacheConfig.defaults(),
          ReplicationConfig.defaults(),
          (int) Math.min(128, Runtime.getRuntime().maxMemory() / 8 / Chunk.MAX_BYTES),
          Math.max(2, Runtime.getRuntime().availableProcessors()));

  public DdsConfig {
    if (publishWindowChunks < 1 || hashingThreads < 1) {
      throw new IllegalArgumentException(
          "publishWindowChunks of "
              + publishWindowChunks
              + " and hashingThreads of "
              + hashingThreads
              + " must be at least 1");
    }
  }

  public static DdsConfig defaults() {
    return DEFAULTS;
  }

  public DdsConfig withNetwork(NetworkConfig config) {
    return new DdsConfig(
        config, discovery, retrieval, cache, replication, publishWindowChunks, hashingThreads);
  }

  public DdsConfig withDiscovery(DiscoveryConfig config) {
    return new DdsConfig(
        network, config, retrieval, cache, replication, publishWindowChunks, hashingThreads);
  }

  public DdsConfig withRetrieval(RetrievalConfig config) {
    return new DdsConfig(
        network, discovery, config, cache, replication, publishWindowChunks, hashingThreads);
  }

  public DdsConfig withCache(CacheConfig config) {
    return new DdsConfig(
        network, discovery, retrieval, config, replication, publishWindowChunks, hashingThreads);
  }

  public DdsConfig withReplication(ReplicationConfig config) {
    return new DdsConfig(
        network, discovery, retrieval, cache, config, publishWindowChunks, hashingThreads);
  }

  public DdsConfig withPublishWindowChunks(int chunks) {
    return new DdsConfig(network, discovery, retrieval, cache, replication, chunks, hashingThreads);
  }
}
