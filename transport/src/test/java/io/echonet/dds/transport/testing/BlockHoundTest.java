package io.echonet.dds.transport.testing;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class BlockHoundTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @Test
  void blockingOnAParallelThreadFails() {
    StepVerifier.create(sleepOn(Schedulers.parallel()))
        .expectErrorMatches(BlockHoundTest::isBlockingOperation)
        .verify(TIMEOUT);
  }

  @Test
  void blockingOnAnEventLoopFails() {
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try {
      StepVerifier.create(sleepOn(Schedulers.fromExecutorService(group)))
          .expectErrorMatches(BlockHoundTest::isBlockingOperation)
          .verify(TIMEOUT);
    } finally {
      group.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  @Test
  void blockingOnABoundedElasticThreadIsAllowed() {
    StepVerifier.create(sleepOn(Schedulers.boundedElastic())).expectComplete().verify(TIMEOUT);
  }

  private static Mono<Void> sleepOn(Scheduler scheduler) {
    return Mono.<Void>fromCallable(
            () -> {
              Thread.sleep(1);
              return null;
            })
        .subscribeOn(scheduler);
  }

  private static boolean isBlockingOperation(Throwable failure) {
    return failure instanceof BlockingOperationError
        || failure.getCause() instanceof BlockingOperationError;
  }
}
