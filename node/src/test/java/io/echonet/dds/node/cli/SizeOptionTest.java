package io.echonet.dds.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class SizeOptionTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "17, 17",
    "17B, 17",
    "4k, 4000",
    "20GB, 20000000000",
    "512MiB, 536870912",
    "1Gi, 1073741824",
    "8TiB, 8796093022208"
  })
  void sizesHaveDecimalAndBinaryUnits(String text, long bytes) {
    assertThat(SizeOption.parse(text).bytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "MiB", "1.5GiB", "1 GiB", "1GiBs", "0x10", "1PB"})
  void whatIsNoSizeIsSaidToBeNone(String text) {
    assertThatThrownBy(() -> SizeOption.parse(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("'" + text + "' is no size");
  }

  @ParameterizedTest
  @ValueSource(strings = {"999999999999999999TiB", "9223372036854776KB"})
  void whatNoNumberHoldsIsTooMuch(String text) {
    assertThatThrownBy(() -> SizeOption.parse(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("more than any disk");
  }
}
