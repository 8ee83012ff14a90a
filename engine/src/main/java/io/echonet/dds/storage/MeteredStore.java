package io.echonet.dds.storage;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import reactor.core.publisher.Mono;

/** A store that counts what is done with it. Counting takes no lock and no part in the outcome. */
public final class MeteredStore extends StoreDecorator {
  private final LongAdder stores = new LongAdder();
  private final LongAdder storedBytes = new LongAdder();
  private final LongAdder storingNanos = new LongAdder();
  private final LongAdder reads = new LongAdder();
  private final LongAdder readBytes = new LongAdder();
  private final LongAdder readingNanos = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder deletions = new LongAdder();
  private final LongAdder failures = new LongAdder();

  private MeteredStore(StorageProvider store) {
    super(store);
  }

  /** {@code store}, which is closed with it. */
  public static MeteredStore of(StorageProvider store) {
    return new MeteredStore(store);
  }

  /** What has been done since it was made; cheap, may be polled. */
  public StorageStatistics statistics() {
    return new StorageStatistics(
        stores.sum(),
        storedBytes.sum(),
        Duration.ofNanos(storingNanos.sum()),
        reads.sum(),
        readBytes.sum(),
        Duration.ofNanos(readingNanos.sum()),
        misses.sum(),
        deletions.sum(),
        failures.sum());
  }

  @Override
  public Mono<Void> store(Chunk chunk, Holding holding) {
    return timed(
        storingNanos,
        counted(store.store(chunk, holding))
            .doOnSuccess(
                done -> {
                  stores.increment();
                  storedBytes.add(chunk.size());
                }));
  }

  @Override
  public Mono<Chunk> retrieve(Cid cid) {
    return read(StorageProvider::retrieve, cid);
  }

  @Override
  public Mono<Chunk> retrieveHashed(Cid cid) {
    return read(StorageProvider::retrieveHashed, cid);
  }

  private Mono<Chunk> read(ReadBy by, Cid cid) {
    return timed(
        readingNanos,
        counted(by.read(store, cid))
            .doOnSuccess(
                chunk -> {
                  if (chunk == null) {
                    misses.increment();
                  } else {
                    reads.increment();
                    readBytes.add(chunk.size());
                  }
                }));
  }

  @Override
  public Mono<Boolean> delete(Cid cid) {
    return counted(store.delete(cid)).doOnNext(deleted -> deletions.add(deleted ? 1 : 0));
  }

  private <T> Mono<T> counted(Mono<T> operation) {
    return operation.doOnError(failure -> failures.increment());
  }

  /** Of what is given up the time is counted as well. */
  private static <T> Mono<T> timed(LongAdder nanos, Mono<T> operation) {
    return Mono.defer(
        () -> {
          long start = System.nanoTime();
          return operation.doFinally(end -> nanos.add(System.nanoTime() - start));
        });
  }

  private interface ReadBy {
    Mono<Chunk> read(StorageProvider store, Cid cid);
  }
}
