package io.echonet.dds.transport.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.testing.Await;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalIoHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

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

  /** Rules for which the kit waits until the time is up: that nothing comes after the error. */
  private static final Set<String> WAIT_THE_TIME_OUT =
      Set.of(
          "optional_spec309_requestNegativeNumberMaySignalIllegalArgumentExceptionWithSpecificMessage",
          "required_spec309_requestNegativeNumberMustSignalIllegalArgumentException",
          "required_spec309_requestZeroMustSignalIllegalArgumentException");

  private static final Duration SHORT = Duration.ofSeconds(1);

  private static final EventLoopGroup LOOPS =
      new MultiThreadIoEventLoopGroup(2, LocalIoHandler.newFactory());

  @AfterAll
  static void shutDown() {
    LOOPS.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @TestFactory
  Stream<DynamicTest> everyRuleHolds() {
    Method[] rules =
        Arrays.stream(ReceiveVerification.class.getMethods())
            .filter(method -> method.isAnnotationPresent(org.testng.annotations.Test.class))
            .filter(method -> !method.getName().startsWith("untested_"))
            .filter(method -> !NOT_APPLICABLE.contains(method.getName()))
            .sorted(Comparator.comparing(Method::getName))
            .toArray(Method[]::new);
    assertThat(rules).hasSizeGreaterThanOrEqualTo(25);
    return Arrays.stream(rules)
        .map(rule -> DynamicTest.dynamicTest(rule.getName(), () -> check(rule)));
  }

  /** A rule that the kit skips fails here: what does not apply is listed above. */
  private static void check(Method rule) throws Throwable {
    Duration limit = WAIT_THE_TIME_OUT.contains(rule.getName()) ? SHORT : Await.TIMEOUT;
    ReceiveVerification verification = new ReceiveVerification(LOOPS, limit);
    try {
      verification.setUp();
      rule.invoke(verification);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    } finally {
      verification.close();
    }
  }
}
