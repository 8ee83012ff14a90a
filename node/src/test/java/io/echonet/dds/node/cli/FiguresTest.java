package io.echonet.dds.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1.0 kB",
    "999949, 999.9 kB",
    "999950, 1.0 MB",
    "128651445, 128.7 MB",
    "4294967296, 4.3 GB",
    "9223372036854775807, 9.2 EB"
  })
  void sizesHaveTheUnitThatSuitsThem(long bytes, String text) {
    assertThat(Figures.bytes(bytes)).isEqualTo(text);
  }

  @Test
  void exactSizesAreGroupedForReading() {
    assertThat(Figures.exactBytes(128_651_445)).isEqualTo("128.7 MB (128,651,445 bytes)");
    assertThat(Figures.exactBytes(12)).isEqualTo("12 B");
  }

  @Test
  void ratesAreInMegabytes() {
    assertThat(Figures.rate(50_000_000, Duration.ofMillis(500))).isEqualTo("100.0 MB/s");
    assertThat(Figures.rate(0, Duration.ZERO)).isEqualTo("0.0 MB/s");
  }

  @Test
  void timesAreInSeconds() {
    assertThat(Figures.seconds(Duration.ofMillis(420))).isEqualTo("0.42 s");
    assertThat(Figures.seconds(Duration.ofMillis(12_345))).isEqualTo("12.3 s");
  }

  @Test
  void nounsAgreeWithTheirNumber() {
    assertThat(Figures.count(1, "peer")).isEqualTo("1 peer");
    assertThat(Figures.count(1491, "chunk")).isEqualTo("1,491 chunks");
  }
}
