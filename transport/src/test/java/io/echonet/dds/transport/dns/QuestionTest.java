package io.echonet.dds.transport.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.echonet.dds.transport.dns.Question.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuestionTest {
  private static boolean isWellFormed(String name) {
    return Question.of(name, Kind.A).isWellFormed();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "localhost", "example.com.", "_dnsaddr.xn--bcher-kva.example", "1.2.3.4"})
  void namesAreLabels(String name) {
    assertThat(isWellFormed(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "a..b",
        ".a",
        "a..",
        "a b",
        "a%",
        "[::1]",
        "::1",
        "ü.example",
        "a\u0000b"
      })
  void whatIsNoNameIsAskedOfNobody(String name) {
    assertThat(isWellFormed(name)).isFalse();
  }

  @Test
  void labelsAndNamesAreOfLimitedLength() {
    assertThat(isWellFormed("a".repeat(63) + ".b")).isTrue();
    assertThat(isWellFormed("a".repeat(64) + ".b")).isFalse();
    assertThat(isWellFormed("a.".repeat(126) + "a")).isTrue();
    assertThat(isWellFormed("a.".repeat(126) + "ab")).isFalse();
  }

  @Test
  void oneNameIsOneQuestionHoweverItIsWritten() {
    assertThat(Question.of("Example.COM.", Kind.A)).isEqualTo(Question.of("example.com", Kind.A));
  }
}
