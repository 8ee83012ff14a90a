package io.echonet.dds.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.content.ByteRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class RangeOptionTest {
  private static final long SIZE = 1_000;

  @ParameterizedTest
  @CsvSource({
    "0-0, 0, 0",
    "0-999, 0, 999",
    "5-, 5, 999",
    "999-, 999, 999",
    "-1, 999, 999",
    "-1000, 0, 999"
  })
  void namesBytesOfAContent(String text, long from, long to) {
    assertThat(RangeOption.parse(text).of(SIZE)).isEqualTo(new ByteRange(from, to));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "--5",
        "1",
        "a-b",
        "1-2-3",
        "5-4",
        "-0",
        " 1-2",
        "1- 2",
        "0x1-2",
        "1.5-2",
        "0-1234567890123456789"
      })
  void refusesWhatIsNoRange(String text) {
    assertThatThrownBy(() -> RangeOption.parse(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0-1000", "1000-", "1000-1000", "-1001", "5000-6000", "0-999999999999999999"})
  void refusesWhatTheContentHasNot(String text) {
    assertThatThrownBy(() -> RangeOption.parse(text).of(SIZE))
        .isInstanceOf(UsageException.class)
        .hasMessage("'" + text + "' (--range) is not within the content, which has 1000 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0-", "0-0", "-1"})
  void anEmptyContentHasNoRanges(String text) {
    assertThatThrownBy(() -> RangeOption.parse(text).of(0)).isInstanceOf(UsageException.class);
  }
}
