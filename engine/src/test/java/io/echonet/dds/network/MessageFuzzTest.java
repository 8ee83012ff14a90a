package io.echonet.dds.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import io.echonet.dds.proto.DdsRequest;
import io.echonet.dds.proto.DdsResponse;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Requests and answers come from strangers: they are read however they are cut, or refused. */
class MessageFuzzTest {
  private static final int MAX_MESSAGE_BYTES = 2_048;
  private static final int BUDGET_BYTES = 1_024;

  @FuzzTest
  void streamsMayCarryAnything(byte[] bytes) {
    List<Object> whole = outcome(bytes, Math.max(1, bytes.length));

    assertThat(outcome(bytes, 1)).isEqualTo(whole);
    assertThat(outcome(bytes, 7)).isEqualTo(whole);
  }

  private static List<Object> outcome(byte[] bytes, int pieceBytes) {
    ByteBudget budget = new ByteBudget(BUDGET_BYTES);
    MessageReader reader = new MessageReader(MAX_MESSAGE_BYTES, budget);
    List<Object> outcome = new ArrayList<>();
    try {
      for (int from = 0; from < bytes.length; from += pieceBytes) {
        int count = Math.min(pieceBytes, bytes.length - from);
        MessageReader.Progress progress = reader.feed(Unpooled.wrappedBuffer(bytes, from, count));
        if (progress != MessageReader.Progress.MORE) {
          outcome.add(progress);
          break;
        }
      }
      if (outcome.contains(MessageReader.Progress.COMPLETE)) {
        assertThat(reader.message()).hasSize(Math.toIntExact(reader.length()));
        outcome.add(ByteString.copyFrom(reader.message()));
      }
    } catch (BadMessageException e) {
      outcome.add(String.valueOf(e.getMessage()));
    }
    reader.release();
    assertThat(budget.tryTake(BUDGET_BYTES)).as("the whole budget is back").isTrue();
    return outcome;
  }

  @FuzzTest
  void requestsMayBeAnything(byte[] bytes) {
    parse(message -> Payload.parse(DdsRequest.parser(), message).toByteArray(), bytes);
  }

  @FuzzTest
  void answersMayBeAnything(byte[] bytes) {
    parse(message -> Payload.parse(DdsResponse.parser(), message).toByteArray(), bytes);
  }

  private static void parse(UnaryOperator<byte[]> parseAndWrite, byte[] bytes) {
    try {
      byte[] once = parseAndWrite.apply(bytes);
      assertThat(parseAndWrite.apply(once)).isEqualTo(once);
    } catch (BadMessageException e) {
      // Refused.
    }
  }
}
