package io.echonet.dds.transport.yamux;

import io.echonet.dds.transport.testing.PublisherRules;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalIoHandler;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.reactivestreams.tck.TestEnvironment;

/**
 * What a stream receives follows the rules of Reactive Streams, those that the verification kit can
 * check.
 */
class YamuxReceiveRulesTest {
  /**
   * Rules that do not apply: several subscribers, which a stream refuses, and more elements than
   * its window can hold.
   */
  private static final Set<String> NOT_APPLICABLE =
      Set.of(
          "optional_spec111_maySupportMultiSubscribe",
          "optional_spec111_registeredSubscribersMustReceiveOnNextOrOnCompleteSignals",
          "optional_spec111_multicast_mustProduceTheSameElementsInTheSameSequenceToAllOfItsSubscribersWhenRequestingOneByOne",
          "optional_spec111_multicast_mustProduceTheSameElementsInTheSameSequenceToAllOfItsSubscribersWhenRequestingManyUpfront",
          "optional_spec111_multicast_mustProduceTheSameElementsInTheSameSequenceToAllOfItsSubscribersWhenRequestingManyUpfrontAndCompleteAsExpected",
          "required_spec317_mustNotSignalOnErrorWhenPendingAboveLongMaxValue");

  private static final EventLoopGroup LOOPS =
      new MultiThreadIoEventLoopGroup(2, LocalIoHandler.newFactory());

  private final Queue<ReceiveVerification> kits = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() {
    kits.forEach(ReceiveVerification::close);
  }

  @AfterAll
  static void shutDown() {
    LOOPS.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @TestFactory
  Stream<DynamicTest> everyRuleHolds() {
    return PublisherRules.of(this::newKit, NOT_APPLICABLE);
  }

  private ReceiveVerification newKit(TestEnvironment environment) {
    ReceiveVerification kit = new ReceiveVerification(LOOPS, environment);
    kits.add(kit);
    return kit;
  }
}
