package io.echonet.dds.transport.testing;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Where Netty blocks for good reasons and does not say so itself. BlockHound finds it by itself.
 */
public final class NettyBlocking implements BlockHoundIntegration {
  @Override
  public void applyTo(BlockHound.Builder builder) {
    builder
        // When the allocator spreads over more threads, it waits for allocations under way.
        .allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator$Magazine", "free")
        .allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator$MagazineGroup", "free")
        // The event loop of local channels has no selector to wait in.
        .allowBlockingCallsInside("io.netty.channel.local.LocalIoHandler", "run");
  }
}
