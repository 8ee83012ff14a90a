package io.echonet.dds.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.content.Chunk;
import io.echonet.dds.content.Cid;
import io.echonet.dds.testing.HeapStore;
import io.echonet.dds.testing.TestContent;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.scheduler.Schedulers;

/** What a store gets from the interface. */
class StorageProviderTest {
  private static final int ROUNDS = 20_000;

  private final HeapStore store = new HeapStore(Schedulers.boundedElastic());

  /** Asks only when it is told to. */
  private static final class AsksLater extends BaseSubscriber<Set<Cid>> {
    private final CompletableFuture<Set<Cid>> answer = new CompletableFuture<>();

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
      // not yet
    }

    @Override
    protected void hookOnNext(Set<Cid> cids) {
      answer.complete(cids);
    }
  }

  /** Reactor's collecting operators then never complete, once in some thousand times. */
  @Test
  void whetherNothingIsHeldIsSaidEvenIfItIsAskedForAsTheLastIsLookedUp() throws Exception {
    List<Cid> cids = TestContent.random(1, 3).chunks().stream().map(Chunk::cid).toList();
    for (int round = 0; round < ROUNDS; round++) {
      AsksLater reader = new AsksLater();
      store.hasAll(cids).subscribe(reader);
      for (int spin = 0; spin < round % 1000; spin++) {
        Thread.onSpinWait();
      }
      reader.requestUnbounded();
      assertThat(reader.answer.get(30, TimeUnit.SECONDS)).isEmpty();
    }
  }
}
