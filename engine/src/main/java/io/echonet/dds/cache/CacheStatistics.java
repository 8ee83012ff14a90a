package io.echonet.dds.cache;

/**
 * What a cache has done so far; a snapshot.
 *
 * @param hits chunks and manifests that were in memory
 * @param diskHits those that were on disk
 * @param misses those that were nowhere, whose fetch began
 * @param joined those whose fetch was under way for somebody else
 * @param evictions those that had to go for others, out of memory or from disk
 * @param notWritten those that were not kept on disk, because too much was being written
 * @param bytes what is in memory now
 * @param diskBytes what is on disk now
 */
public record CacheStatistics(
    long hits,
    long diskHits,
    long misses,
    long joined,
    long evictions,
    long notWritten,
    long bytes,
    long diskBytes) {}
