package io.echonet.dds.transport.multistream;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.echonet.dds.transport.multistream.MultistreamNegotiation.Step;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;

/** Whatever a peer says, however it is cut, means the same and ends in one of the four ways. */
class MultistreamFuzzTest {
  @FuzzTest
  void theResponderTakesAnything(byte[] bytes) {
    check(
        MultistreamNegotiation.responder(List.of("/x", "/yy")),
        MultistreamNegotiation.responder(List.of("/x", "/yy")),
        bytes);
  }

  @FuzzTest
  void theInitiatorTakesAnything(byte[] bytes) {
    check(
        MultistreamNegotiation.initiator(List.of("/x", "/yy")),
        MultistreamNegotiation.initiator(List.of("/x", "/yy")),
        bytes);
  }

  private static void check(
      MultistreamNegotiation atOnce, MultistreamNegotiation byteByByte, byte[] bytes) {
    ByteBuf all = Unpooled.wrappedBuffer(bytes);
    Step whole = atOnce.feed(all);
    Step last = new Step.More(new byte[0]);
    int fed = 0;
    while (fed < bytes.length && last instanceof Step.More) {
      last = byteByByte.feed(Unpooled.wrappedBuffer(bytes, fed++, 1));
    }

    assertThat(last.getClass()).isEqualTo(whole.getClass());
    if (whole instanceof Step.Agreed agreed) {
      assertThat(last)
          .isInstanceOfSatisfying(
              Step.Agreed.class, same -> assertThat(same.protocol()).isEqualTo(agreed.protocol()));
      assertThat(all.readerIndex()).isEqualTo(fed);
    } else if (whole instanceof Step.Failed) {
      assertThat(last).isEqualTo(whole);
    }
  }
}
