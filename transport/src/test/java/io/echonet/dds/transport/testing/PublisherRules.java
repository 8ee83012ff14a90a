package io.echonet.dds.transport.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;

/**
 * The rules of Reactive Streams that the verification kit can check, a test each; one that the kit
 * skips fails.
 */
public final class PublisherRules {
  /** Rules for which the kit waits until the time is up: that nothing comes after the error. */
  private static final Set<String> WAIT_THE_TIME_OUT =
      Set.of(
          "optional_spec309_requestNegativeNumberMaySignalIllegalArgumentExceptionWithSpecificMessage",
          "required_spec309_requestNegativeNumberMustSignalIllegalArgumentException",
          "required_spec309_requestZeroMustSignalIllegalArgumentException");

  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final long NO_EVENT_MILLIS = 20;
  private static final int RULES = 31;

  private PublisherRules() {}

  /**
   * The tests of a publisher.
   *
   * @param kit the publisher's kit, for an environment with the times to wait
   * @param notApplicable rules that do not apply to it, by the names of the kit
   */
  public static Stream<DynamicTest> of(
      Function<TestEnvironment, PublisherVerification<?>> kit, Set<String> notApplicable) {
    Method[] rules =
        Arrays.stream(PublisherVerification.class.getMethods())
            .filter(method -> method.isAnnotationPresent(org.testng.annotations.Test.class))
            .filter(method -> !method.getName().startsWith("untested_"))
            .filter(method -> !notApplicable.contains(method.getName()))
            .sorted(Comparator.comparing(Method::getName))
            .toArray(Method[]::new);
    assertThat(rules).hasSizeGreaterThanOrEqualTo(RULES - notApplicable.size());
    return Arrays.stream(rules)
        .map(rule -> DynamicTest.dynamicTest(rule.getName(), () -> check(rule, kit)));
  }

  private static void check(Method rule, Function<TestEnvironment, PublisherVerification<?>> kit)
      throws Throwable {
    Duration limit = WAIT_THE_TIME_OUT.contains(rule.getName()) ? SHORT : Await.TIMEOUT;
    PublisherVerification<?> verification =
        kit.apply(new TestEnvironment(limit.toMillis(), NO_EVENT_MILLIS));
    try {
      verification.setUp();
      rule.invoke(verification);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
