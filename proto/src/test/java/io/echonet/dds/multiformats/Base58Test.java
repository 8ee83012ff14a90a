package io.echonet.dds.multiformats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Base58Test {
  private static final String ALPHABET =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

  /** Vectors of the Base58 draft and of the peer-ids specification. */
  private static final Map<String, String> GOLDEN =
      Map.of(
          hex("Hello World!"),
          "2NEpo7TZRRrLZSi2U",
          hex("The quick brown fox jumps over the lazy dog."),
          "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
          "0000287fb4cd",
          "11233QC4",
          "",
          "",
          "00",
          "1",
          "00".repeat(32),
          "1".repeat(32),
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
          "GKot5hBsd81kMupNCXHaqbhv3huEbxAFMLnpcX2hniwn",
          "ff".repeat(32),
          "JEKNVnkbo3jma5nREBBJCDoXFVeKkD56V3xKrvRmWxFG");

  @Test
  void writesAndReadsTheKnownTexts() {
    GOLDEN.forEach(
        (hex, text) -> {
          byte[] bytes = HexFormat.of().parseHex(hex);
          assertThat(Base58.encode(bytes)).isEqualTo(text);
          assertThat(Base58.decode(text)).isEqualTo(bytes);
        });
  }

  @Test
  void agreesWithLongDivisionAtEveryLength() {
    Random random = new Random(58);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[i % 70];
      random.nextBytes(bytes);
      Arrays.fill(bytes, 0, random.nextInt(bytes.length + 1) / 4, (byte) 0);
      String text = Base58.encode(bytes);

      assertThat(text).isEqualTo(byLongDivision(bytes));
      assertThat(Base58.decode(text)).isEqualTo(bytes);
    }
  }

  @Test
  void theLargestAndSmallestOfEveryLengthSurviveTheRoundTrip() {
    for (int length = 1; length <= 200; length++) {
      for (byte fill : new byte[] {-1, 0, 1, Byte.MIN_VALUE}) {
        byte[] bytes = new byte[length];
        bytes[0] = fill;
        assertThat(Base58.decode(Base58.encode(bytes))).isEqualTo(bytes);
        Arrays.fill(bytes, fill);
        assertThat(Base58.encode(bytes)).isEqualTo(byLongDivision(bytes));
        assertThat(Base58.decode(Base58.encode(bytes))).isEqualTo(bytes);
      }
    }
  }

  @Test
  void aPartOfAnArrayIsWrittenAndReadInPlace() {
    byte[] bytes = {9, 9, 0, 0, 0x28, 0x7f, (byte) 0xb4, (byte) 0xcd, 9};
    byte[] text = new byte[12];
    int end = Base58.encode(bytes, 2, 6, text, 3);

    assertThat(new String(text, 3, end - 3, StandardCharsets.US_ASCII)).isEqualTo("11233QC4");
    assertThat(Base58.decode(text, 3, end - 3)).isEqualTo(Arrays.copyOfRange(bytes, 2, 8));
    assertThatThrownBy(() -> Base58.encode(bytes, 2, 6, new byte[7], 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void anyOtherCharacterIsRefusedAndNamed() {
    for (char c = 0; c < 0x3ff; c++) {
      if (ALPHABET.indexOf(c) < 0) {
        String text = "11" + c + "1";
        assertThatThrownBy(() -> Base58.decode(text))
            .isInstanceOf(MalformedEncodingException.class)
            .hasMessageContaining(c > ' ' && c < 0x7f ? "'" + c + "'" : "U+%04X".formatted((int) c))
            .hasMessageContaining("at index 2");
      }
    }
    assertThatThrownBy(() -> Base58.decode("1\ud83d\ude001"))
        .hasMessageContaining("U+1F600 at index 1");
    assertThatThrownBy(() -> Base58.decode(new byte[] {'1', (byte) 0xff}, 0, 2))
        .hasMessageContaining("U+00FF at index 1");
  }

  private static String byLongDivision(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    BigInteger value = new BigInteger(1, bytes);
    while (value.signum() > 0) {
      BigInteger[] parts = value.divideAndRemainder(BigInteger.valueOf(58));
      text.append(ALPHABET.charAt(parts[1].intValue()));
      value = parts[0];
    }
    for (int i = 0; i < bytes.length && bytes[i] == 0; i++) {
      text.append('1');
    }
    return text.reverse().toString();
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
  }
}
