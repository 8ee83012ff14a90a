package io.echonet.dds.storage;

import static io.echonet.dds.storage.StorageProviderContract.chunk;
import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.storage.memory.InMemoryStore;
import io.echonet.dds.storage.memory.InMemoryStoreConfig;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class MeteredStoreTest implements StorageProviderContract {
  private final MeteredStore store =
      MeteredStore.of(InMemoryStore.create(InMemoryStoreConfig.defaults()));

  @Override
  public StorageProvider store() {
    return store;
  }

  @AfterEach
  void close() {
    store.close().block(TIMEOUT);
  }

  @Test
  void whatIsDoneIsCounted() {
    Chunk one = chunk(1, 100);
    Chunk other = chunk(2, 20);
    store.storeAll(Flux.just(one, other)).block(TIMEOUT);
    store.retrieve(one.cid()).block(TIMEOUT);
    store.retrieveHashed(one.cid()).block(TIMEOUT);
    store.retrieve(chunk(3, 5).cid()).block(TIMEOUT);
    store.delete(one.cid()).block(TIMEOUT);
    store.delete(one.cid()).block(TIMEOUT);

    StorageStatistics done = store.statistics();
    assertThat(
            List.of(
                done.stores(),
                done.storedBytes(),
                done.reads(),
                done.readBytes(),
                done.misses(),
                done.deletions(),
                done.failures()))
        .containsExactly(2L, 120L, 2L, 200L, 1L, 1L, 0L);
    assertThat(done.storing()).isPositive();
    assertThat(done.reading()).isPositive();
  }

  @Test
  void failuresAreCountedAndHandedOn() {
    MeteredStore small = MeteredStore.of(InMemoryStore.create(new InMemoryStoreConfig(10, 10)));

    StepVerifier.create(small.store(chunk(1, 11)))
        .expectError(StorageFullException.class)
        .verify(TIMEOUT);

    assertThat(small.statistics().failures()).isEqualTo(1);
    assertThat(small.statistics().stores()).isZero();
    small.close().block(TIMEOUT);
  }
}
