package io.echonet.dds.storage;

import java.time.Duration;

/**
 * What a {@link MeteredStore} has done so far; a snapshot.
 *
 * @param stores chunks that were stored, or were held already
 * @param storedBytes their lengths together
 * @param storing how long those took, each from its subscription, added up
 * @param reads chunks that were read
 * @param readBytes their lengths together
 * @param reading how long those took, added up
 * @param misses chunks that were asked for and not held
 * @param deletions chunks that were held and are no longer
 * @param failures operations that ended with an error
 */
public record StorageStatistics(
    long stores,
    long storedBytes,
    Duration storing,
    long reads,
    long readBytes,
    Duration reading,
    long misses,
    long deletions,
    long failures) {}
