package io.echonet.dds.transport.testing;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Where libraries block for good reasons and do not say so themselves. BlockHound finds this class
 * by itself.
 */
public final class LibraryBlocking implements BlockHoundIntegration {
  @Override
  public void applyTo(BlockHound.Builder builder) {
    builder
        // When the allocator spreads over more threads, it waits for allocations under way.
        .allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator$Magazine", "free")
        .allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator$MagazineGroup", "free")
        // Cancelling periodic work takes the lock of its scheduler's queue. An error out of that
        // lock
        // leaves a waiter in it that nobody serves: the scheduler would stand still.
        .allowBlockingCallsInside(
            "java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue", "remove")
        // The event loop of local channels has no selector to wait in.
        .allowBlockingCallsInside("io.netty.channel.local.LocalIoHandler", "run");
  }
}
