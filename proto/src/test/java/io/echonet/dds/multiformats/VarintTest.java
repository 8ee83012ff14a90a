package io.echonet.dds.multiformats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VarintTest {
  private static final HexFormat HEX = HexFormat.of();

  /** The examples of the unsigned-varint specification, and the ends of the range. */
  private static final Map<Long, String> GOLDEN =
      Map.of(
          0L,
          "00",
          1L,
          "01",
          127L,
          "7f",
          128L,
          "8001",
          255L,
          "ff01",
          300L,
          "ac02",
          16_384L,
          "808001",
          Long.MAX_VALUE,
          "ffffffffffffffff7f");

  @Test
  void writesAndReadsTheSpecificationsExamples() {
    GOLDEN.forEach(
        (value, hex) -> {
          assertThat(HEX.formatHex(Varint.encode(value))).isEqualTo(hex);
          assertThat(Varint.size(value)).isEqualTo(hex.length() / 2);
          assertThat(Varint.decode(ByteBuffer.wrap(HEX.parseHex(hex)))).isEqualTo(value);
        });
  }

  @Test
  void whatIsWrittenIsReadAndThePositionStandsBehindIt() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      long value = random.nextLong() >>> random.nextInt(1, 64);
      byte[] target = new byte[20];
      int end = Varint.encode(value, target, 5);
      ByteBuffer source = ByteBuffer.wrap(target).position(5);

      assertThat(Varint.decode(source)).isEqualTo(value);
      assertThat(source.position()).isEqualTo(end).isEqualTo(5 + Varint.size(value));
    }
  }

  @Test
  void whatIsNotMinimalIsRefused() {
    for (String hex : new String[] {"8000", "8100", "ff808000", "808080808080808000"}) {
      assertRefused(hex, "not minimal");
    }
  }

  @Test
  void whatIsCutOffOrTooLongIsRefused() {
    assertRefused("", "cut off after 0");
    assertRefused("80", "cut off after 1");
    assertRefused("ffffffffffffffff", "cut off after 8");
    assertRefused("80808080808080808001", "longer than 9");
    assertRefused("ffffffffffffffffff7f", "longer than 9");
  }

  private static void assertRefused(String hex, String why) {
    assertThatThrownBy(() -> Varint.decode(ByteBuffer.wrap(HEX.parseHex(hex))))
        .isInstanceOf(MalformedEncodingException.class)
        .hasMessageContaining(why);
  }

  @Test
  void negativeValuesAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Varint.encode(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> Varint.size(Long.MIN_VALUE));
  }
}
