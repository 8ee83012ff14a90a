package io.echonet.dds.node.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.slf4j.LoggerFactory;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/** Waits on the command's thread. An interrupt, which is what a signal becomes, cancels. */
final class Blocking {
  private Blocking() {}

  /**
   * What {@code mono} comes to, which must not be nothing.
   *
   * @throws InterruptedException where this thread was interrupted; {@code mono} is cancelled then
   */
  static <T> T await(Mono<T> mono) throws Exception {
    CompletableFuture<T> future = mono.toFuture();
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      throw failureOf(e);
    }
  }

  /** Waits for completion. */
  static void awaitEnd(Mono<Void> mono) throws Exception {
    await(mono.thenReturn(true));
  }

  /** Waits for completion although the thread is interrupted; a failure is logged. */
  static void awaitWhateverHappens(Mono<Void> mono) {
    CountDownLatch ended = new CountDownLatch(1);
    mono.subscribe(
        nothing -> {},
        failure -> {
          LoggerFactory.getLogger(Blocking.class).warn("did not close in order", failure);
          ended.countDown();
        },
        ended::countDown);
    boolean interrupted = false;
    while (true) {
      try {
        ended.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static Exception failureOf(ExecutionException e) {
    Throwable cause = e.getCause() == null ? e : Exceptions.unwrap(e.getCause());
    if (cause instanceof Error error) {
      throw error;
    }
    return (Exception) cause;
  }
}
