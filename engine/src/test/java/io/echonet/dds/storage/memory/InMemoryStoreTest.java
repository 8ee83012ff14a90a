package io.echonet.dds.storage.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.storage.StorageFullException;
import io.echonet.dds.storage.StorageProvider;
import io.echonet.dds.storage.StorageProviderContract;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class InMemoryStoreTest implements StorageProviderContract {
  private final StorageProvider store = InMemoryStore.create(InMemoryStoreConfig.defaults());

  @Override
  public StorageProvider store() {
    return store;
  }

  @AfterEach
  void close() {
    store.close().block(TIMEOUT);
  }

  @Test
  void itsBytesAreBoundedAndWhatIsHeldCanStillBeRead() {
    StorageProvider small = create(1000, 100);
    Chunk first = StorageProviderContract.chunk(1, 600);
    StepVerifier.create(small.store(first)).expectComplete().verify(TIMEOUT);

    StepVerifier.create(small.store(StorageProviderContract.chunk(2, 401)))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(StorageFullException.class)
                    .hasMessageContaining("limited to 1000 bytes"))
        .verify(TIMEOUT);
    StepVerifier.create(small.store(StorageProviderContract.chunk(3, 400)))
        .expectComplete()
        .verify(TIMEOUT);
    StepVerifier.create(small.store(first)).expectComplete().verify(TIMEOUT);
    StepVerifier.create(small.retrieve(first.cid())).expectNextCount(1).expectComplete().verify();
  }

  @Test
  void itsChunksAreBoundedHoweverShortTheyAre() {
    StorageProvider small = create(1000, 2);

    StepVerifier.create(Flux.range(0, 3).concatMap(i -> small.store(chunkOfOneByte(i))))
        .expectError(StorageFullException.class)
        .verify(TIMEOUT);
    StepVerifier.create(small.storedCids()).expectNextCount(2).expectComplete().verify(TIMEOUT);
  }

  @Test
  void deletingMakesRoom() {
    StorageProvider small = create(10, 1);
    Chunk first = StorageProviderContract.chunk(1, 10);
    Chunk second = StorageProviderContract.chunk(2, 10);

    StepVerifier.create(
            small.store(first).then(small.delete(first.cid())).then(small.store(second)))
        .expectComplete()
        .verify(TIMEOUT);
  }

  @Test
  void storesAtOnceNeverExceedTheBound() {
    StorageProvider small = create(100, 1000);
    AtomicInteger refused = new AtomicInteger();
    Flux.range(0, 500)
        .flatMap(
            i ->
                small
                    .store(StorageProviderContract.chunk(i, 10))
                    .subscribeOn(Schedulers.parallel())
                    .onErrorResume(
                        StorageFullException.class,
                        e -> {
                          refused.incrementAndGet();
                          return Mono.empty();
                        }),
            64)
        .blockLast(TIMEOUT);

    assertThat(small.storedCids().count().block(TIMEOUT)).isEqualTo(10);
    assertThat(refused).hasValue(490);
  }

  @Test
  void negativeBoundsAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new InMemoryStoreConfig(-1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new InMemoryStoreConfig(0, -1));
  }

  private static StorageProvider create(long maxBytes, int maxChunks) {
    return InMemoryStore.create(
        InMemoryStoreConfig.defaults().withMaxBytes(maxBytes).withMaxChunks(maxChunks));
  }

  private static Chunk chunkOfOneByte(int value) {
    return Chunk.of(new byte[] {(byte) value});
  }
}
