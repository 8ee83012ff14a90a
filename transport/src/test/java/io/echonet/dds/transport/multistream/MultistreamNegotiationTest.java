package io.echonet.dds.transport.multistream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.transport.multistream.MultistreamNegotiation.Step;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MultistreamNegotiationTest {
  static final String HEADER = "\u0013/multistream/1.0.0\n";
  static final String NA = "\u0003na\n";

  @Test
  void theOpeningIsHeaderAndFirstProposal() {
    MultistreamNegotiation initiator =
        MultistreamNegotiation.initiator(List.of("/noise", "/tls/1.0.0"));

    assertThat(initiator.opening()).isEqualTo(bytes(HEADER + "\u0007/noise\n"));
    assertThat(HexFormat.of().formatHex(Line.encode("na"))).isEqualTo("036e610a");
  }

  @Test
  void theResponderSaysNothingFirst() {
    assertThat(MultistreamNegotiation.responder(List.of("/noise")).opening()).isEmpty();
  }

  @Test
  void bothEndsAgreeWhateverTheBytesAreSplitInto() {
    for (int size = 1; size < 60; size++) {
      MultistreamNegotiation initiator =
          MultistreamNegotiation.initiator(List.of("/a", "/b", "/c"));
      MultistreamNegotiation responder = MultistreamNegotiation.responder(List.of("/c"));
      List<Step> responses = new ArrayList<>();
      List<Step> answers = new ArrayList<>();

      byte[] toResponder = initiator.opening();
      while (toResponder.length > 0) {
        byte[] toInitiator = feed(responder, toResponder, size, responses);
        toResponder = feed(initiator, toInitiator, size, answers);
      }

      assertThat(responses.get(responses.size() - 1))
          .isInstanceOfSatisfying(
              Step.Agreed.class, step -> assertThat(step.protocol()).isEqualTo("/c"));
      assertThat(answers.get(answers.size() - 1))
          .isInstanceOfSatisfying(
              Step.Agreed.class, step -> assertThat(step.protocol()).isEqualTo("/c"));
    }
  }

  private static byte[] feed(MultistreamNegotiation end, byte[] bytes, int size, List<Step> steps) {
    ByteBuf replies = Unpooled.buffer();
    for (int i = 0; i < bytes.length; i += size) {
      Step step = end.feed(Unpooled.wrappedBuffer(bytes, i, Math.min(size, bytes.length - i)));
      steps.add(step);
      if (step instanceof Step.More more) {
        replies.writeBytes(more.reply());
      } else if (step instanceof Step.Agreed agreed) {
        replies.writeBytes(agreed.reply());
      }
    }
    byte[] all = new byte[replies.readableBytes()];
    replies.readBytes(all);
    return all;
  }

  @Test
  void headerProposalAndPayloadInOneFlightAreToldApart() {
    ByteBuf flight = Unpooled.wrappedBuffer(bytes(HEADER + "\u0003/x\nhello"));

    Step step = MultistreamNegotiation.responder(List.of("/x")).feed(flight);

    assertThat(step)
        .isInstanceOfSatisfying(
            Step.Agreed.class,
            agreed -> {
              assertThat(agreed.protocol()).isEqualTo("/x");
              assertThat(agreed.reply()).isEqualTo(bytes(HEADER + "\u0003/x\n"));
            });
    assertThat(flight.toString(StandardCharsets.US_ASCII)).isEqualTo("hello");
  }

  @Test
  void aHeaderThatComesBeforeItIsAskedForIsTheAnswerToOurs() {
    MultistreamNegotiation initiator = MultistreamNegotiation.initiator(List.of("/x"));

    assertThat(initiator.feed(buffer(HEADER))).isInstanceOf(Step.More.class);
    assertThat(initiator.feed(buffer("\u0003/x\n"))).isInstanceOf(Step.Agreed.class);
  }

  @Test
  void refusalOfTheLastProposalEndsIt() {
    MultistreamNegotiation initiator = MultistreamNegotiation.initiator(List.of("/x", "/y"));

    assertThat(initiator.feed(buffer(HEADER + NA)))
        .isInstanceOfSatisfying(
            Step.More.class, more -> assertThat(more.reply()).isEqualTo(bytes("\u0003/y\n")));
    assertThat(initiator.feed(buffer(NA))).isInstanceOf(Step.Refused.class);
  }

  @Test
  void lsIsAnsweredWithLinesInALine() {
    Step step =
        MultistreamNegotiation.responder(List.of("/x", "/yy")).feed(buffer(HEADER + "\u0003ls\n"));

    assertThat(step)
        .isInstanceOfSatisfying(
            Step.More.class,
            more ->
                assertThat(more.reply()).isEqualTo(bytes(HEADER + "\n\u0003/x\n\u0004/yy\n\n")));
  }

  @Test
  void theAnswerToLsKeepsToTheLimitOfALine() {
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      many.add("/protocol/" + i);
    }
    Step step = MultistreamNegotiation.responder(many).feed(buffer(HEADER + "\u0003ls\n"));

    assertThat(step)
        .isInstanceOfSatisfying(
            Step.More.class,
            more ->
                assertThat(more.reply().length - HEADER.length())
                    .isBetween(Line.MAX_BYTES - 20, Line.MAX_BYTES + 2));
  }

  @ParameterizedTest
  @CsvSource({
    "8108, 'line longer than 1024 bytes'",
    "ffffffff7f, 'line longer than 1024 bytes'",
    "80, ''",
    "8000, 'line with a length of 0'",
    "00, 'line with a length of 0'",
    "8100, 'line with a length of 1'",
    "0361626364, 'line of 3 bytes lacks its newline'",
    "036e610a, ' where /multistream/1.0.0 was expected'",
    "474554202f20485454502f312e310d0a, ''",
    "13426974546f7272656e742070726f746f636f6c, 'lacks its newline'",
  })
  void whatIsNoHeaderFails(String hex, String reason) {
    for (MultistreamNegotiation end :
        List.of(
            MultistreamNegotiation.initiator(List.of("/x")),
            MultistreamNegotiation.responder(List.of("/x")))) {
      Step step = end.feed(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex)));

      if (reason.isEmpty()) {
        assertThat(step).isInstanceOf(Step.More.class);
      } else {
        assertThat(step)
            .isInstanceOfSatisfying(
                Step.Failed.class, failed -> assertThat(failed.reason()).contains(reason));
      }
    }
  }

  @Test
  void anAnswerThatNobodyAskedForFails() {
    assertThat(MultistreamNegotiation.initiator(List.of("/x")).feed(buffer(HEADER + "\u0003/y\n")))
        .isEqualTo(new Step.Failed("'/y' is no answer to '/x'"));
  }

  @Test
  void controlCharactersOfAPeerDoNotReachALog() {
    Step step = MultistreamNegotiation.responder(List.of("/x")).feed(buffer("\u0005\u001b[2J\n"));

    assertThat(step).isEqualTo(new Step.Failed("'?[2J' where /multistream/1.0.0 was expected"));
  }

  @Test
  void proposingForEverFails() {
    MultistreamNegotiation responder = MultistreamNegotiation.responder(List.of("/x"));
    Step step = responder.feed(buffer(HEADER));
    int proposals = 0;
    while (step instanceof Step.More) {
      step = responder.feed(buffer("\u0003/y\n"));
      proposals++;
    }

    assertThat(step).isEqualTo(new Step.Failed("no agreement after 64 lines"));
    assertThat(proposals).isEqualTo(64);
  }

  @Test
  void aProtocolIdMustFitALine() {
    assertThatThrownBy(() -> MultistreamNegotiation.initiator(List.of("/a\nb")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MultistreamNegotiation.initiator(List.of("x".repeat(1024))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MultistreamNegotiation.initiator(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(MultistreamNegotiation.initiator(List.of("x".repeat(1023))).opening())
        .hasSize(20 + 1026);
  }

  static ByteBuf buffer(String text) {
    return Unpooled.wrappedBuffer(bytes(text));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
