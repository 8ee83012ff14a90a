package io.echonet.dds.transport.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.assertj.core.api.Condition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

class LeakDetectionTest {
  @BeforeEach
  void nothingElseHasLeaked() {
    Leaks.verifyNone();
  }

  @Test
  void aPooledBufferThatIsNeverReleasedIsReportedWithItsRecords() {
    drop(PooledByteBufAllocator.DEFAULT.directBuffer(16), "pooled, dropped on purpose");

    assertThatThrownBy(Leaks::verifyNone)
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("Leaks found: 1\n")
        .hasMessageContaining("pooled, dropped on purpose");
  }

  @Test
  void anUnpooledBufferThatIsNeverReleasedIsReportedWithItsRecords() {
    drop(UnpooledByteBufAllocator.DEFAULT.directBuffer(16), "unpooled, dropped on purpose");

    assertThatThrownBy(Leaks::verifyNone)
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("Leaks found: 1\n")
        .hasMessageContaining("unpooled, dropped on purpose");
  }

  @Test
  void aReleasedBufferIsNoLeak() {
    PooledByteBufAllocator.DEFAULT.directBuffer(16).release();

    Leaks.verifyNone();
  }

  @Test
  void aRunInWhichSomethingLeakedFails() {
    EngineTestKit.engine("junit-jupiter")
        .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
        .selectors(selectClass(Leaking.class))
        .execute()
        .containerEvents()
        .assertThatEvents()
        .haveExactly(1, failureWith("engine, dropped on purpose"));
  }

  private static void drop(ByteBuf buffer, String hint) {
    buffer.touch(hint);
  }

  private static Condition<Event> failureWith(String text) {
    return new Condition<>(
        event ->
            event
                .getPayload(TestExecutionResult.class)
                .flatMap(TestExecutionResult::getThrowable)
                .filter(failure -> String.valueOf(failure.getMessage()).contains(text))
                .isPresent(),
        "a failure that mentions \"%s\"",
        text);
  }

  /** Run by the test above alone: Surefire passes nested classes over. */
  static class Leaking {
    @Test
    void dropsABuffer() {
      drop(PooledByteBufAllocator.DEFAULT.directBuffer(16), "engine, dropped on purpose");
    }
  }
}
