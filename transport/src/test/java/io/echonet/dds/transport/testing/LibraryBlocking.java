package io.echonet.dds.transport.testing;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Where libraries block for good reasons and do not say so themselves. BlockHound finds this class
 * by itself.
 */
public final class LibraryBlocking implements BlockHoundIntegration {
  private static final String TCK = "org.reactivestreams.tck.TestEnvironment";
  private static final String EXECUTOR = "java.util.concurrent.ThreadPoolExecutor";
  private static final String DELAYED_QUEUE =
      "java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue";

  @Override
  public void applyTo(BlockHound.Builder builder) {
    builder
        // When the allocator spreads over more threads, it waits for allocations under way.
        .allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator$Magazine", "free")
        .allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator$MagazineGroup", "free")
        // Executors hold their own locks for a moment. An error out of such a lock leaves a waiter
        // in
        // it that nobody serves: the executor would stand still.
        .allowBlockingCallsInside(DELAYED_QUEUE, "remove")
        .allowBlockingCallsInside(DELAYED_QUEUE, "size")
        .allowBlockingCallsInside(EXECUTOR, "addWorker")
        .allowBlockingCallsInside(EXECUTOR, "shutdown")
        .allowBlockingCallsInside(EXECUTOR, "tryTerminate")
        // What the rules of Reactive Streams are tested with takes what it is given under a lock.
        .allowBlockingCallsInside(TCK + "$Receptacle", "add")
        .allowBlockingCallsInside(TCK + "$Receptacle", "complete")
        .allowBlockingCallsInside(TCK + "$Promise", "complete")
        .allowBlockingCallsInside(TCK + "$Promise", "completeImmediatly")
        // A cache that is written to by many waits for the one that evicts.
        .allowBlockingCallsInside(
            "com.github.benmanes.caffeine.cache.BoundedLocalCache", "afterWrite")
        // The event loop of local channels has no selector to wait in.
        .allowBlockingCallsInside("io.netty.channel.local.LocalIoHandler", "run");
  }
}
