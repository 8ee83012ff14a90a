package io.echonet.dds.cache;

/**
 * What a cache has done so far; a snapshot.
 *
 * @param hits chunks and manifests that were there
 * @param misses those that were not, whose fetch began
 * @param joined those whose fetch was under way for somebody else
 * @param evictions those that had to go for others
 * @param bytes what is there now
 */
public record CacheStatistics(long hits, long misses, long joined, long evictions, long bytes) {}
