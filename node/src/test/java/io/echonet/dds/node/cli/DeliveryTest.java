package io.echonet.dds.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.node.config.MachineException;
import io.echonet.dds.transport.testing.Await;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class DeliveryTest {
  private static final int PREFETCH = 2;

  @Test
  void asksForNoMoreThanTheWriterHasTaken() {
    AtomicInteger taken = new AtomicInteger();
    AtomicInteger made = new AtomicInteger();
    Semaphore writes = new Semaphore(0);
    Flux<ByteBuffer> endless =
        Flux.generate(
            sink -> {
              made.incrementAndGet();
              sink.next(ByteBuffer.allocate(1));
            });

    Disposable running =
        Delivery.of(
                endless.subscribeOn(Schedulers.boundedElastic()),
                buffer -> {
                  writes.acquireUninterruptibly();
                  taken.incrementAndGet();
                })
            .subscribe();
    try {
      Await.until("the writer blocks on the first", () -> made.get() == PREFETCH);
      for (int i = 1; i <= 20; i++) {
        writes.release();
        int written = i;
        Await.until("it has written", () -> taken.get() == written);
        assertThat(made.get()).isBetween(written, written + 2 * PREFETCH);
      }
    } finally {
      running.dispose();
      writes.release(Integer.MAX_VALUE / 2);
    }
  }

  @Test
  void writesOnAThreadOfItsOwnThatDoesNotHoldTheProcess() {
    List<Thread> writers = new CopyOnWriteArrayList<>();

    StepVerifier.create(
            Delivery.of(
                Flux.just(ByteBuffer.allocate(1)), buffer -> writers.add(Thread.currentThread())))
        .expectComplete()
        .verify(Await.TIMEOUT);

    assertThat(writers).hasSize(1);
    Thread writer = writers.get(0);
    assertThat(writer.getName()).isEqualTo("dds-output");
    assertThat(writer.isDaemon()).isTrue();
    Await.until("the thread has ended", () -> !writer.isAlive());
  }

  @Test
  void aFailedWriteCancelsTheSource() {
    CountDownLatch cancelled = new CountDownLatch(1);

    StepVerifier.create(
            Delivery.of(
                Flux.<ByteBuffer>never()
                    .startWith(ByteBuffer.allocate(1))
                    .doOnCancel(cancelled::countDown),
                buffer -> {
                  throw new MachineException("disk full");
                }))
        .expectErrorMessage("disk full")
        .verify(Await.TIMEOUT);

    Await.until("the source was cancelled", () -> cancelled.getCount() == 0);
  }

  @Test
  void cancellingInterruptsABlockedWriter() {
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    Disposable running =
        Delivery.of(
                Flux.just(ByteBuffer.allocate(1)),
                buffer -> {
                  writing.countDown();
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    interrupted.countDown();
                  }
                })
            .subscribe();
    Await.until("the writer is at it", () -> writing.getCount() == 0);

    running.dispose();

    Await.until("it was interrupted", () -> interrupted.getCount() == 0);
  }
}
