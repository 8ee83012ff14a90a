package io.echonet.dds.multiformats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MultihashTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final String DIGEST =
      "9cbc07c3f991725836a3aa2a581ca2029198aa420b9d99bc0e131d9f3e2cbe47";

  @Test
  void namesItsFunctionAndLength() {
    Multihash multihash = Multihash.of(Multihash.SHA2_256, HEX.parseHex(DIGEST));

    assertThat(HEX.formatHex(multihash.bytes())).isEqualTo("1220" + DIGEST);
    assertThat(multihash).hasToString("QmYtUc4iTCbbfVSDNKvtQqrfyezPPnFvE33wFmutw9PBBk");
    assertThat(Multihash.decode(multihash.bytes())).isEqualTo(multihash);
    assertThat(Multihash.decode(multihash.bytes()).code()).isEqualTo(Multihash.SHA2_256);
    assertThat(HEX.formatHex(multihash.digest())).isEqualTo(DIGEST);
  }

  @Test
  void whatIsMadeIsRead() {
    Random random = new Random(2);
    for (int i = 0; i < 5_000; i++) {
      byte[] digest = new byte[random.nextInt(1, 1025)];
      random.nextBytes(digest);
      long code = random.nextLong() >>> random.nextInt(1, 56) | 0x80;
      Multihash made = Multihash.of(code, digest);
      Multihash read = Multihash.decode(made.bytes());

      assertThat(read).isEqualTo(made).hasSameHashCodeAs(made);
      assertThat(read.code()).isEqualTo(code);
      assertThat(read.digest()).isEqualTo(digest);
    }
  }

  @Test
  void changingWhatWasGivenOrAnsweredChangesNothing() {
    byte[] digest = new byte[32];
    Multihash multihash = Multihash.of(Multihash.SHA2_256, digest);
    digest[0] = 1;
    multihash.bytes()[3] = 1;
    multihash.digest()[3] = 1;

    assertThat(multihash).isEqualTo(Multihash.of(Multihash.SHA2_256, new byte[32]));
  }

  @Test
  void aLengthThatDisagreesIsRefused() {
    for (String hex :
        new String[] {
          "", "12", "1220", "1220" + DIGEST.substring(2), "1220" + DIGEST + "00", "1221" + DIGEST
        }) {
      assertThatThrownBy(() -> Multihash.decode(HEX.parseHex(hex)))
          .as(hex)
          .isInstanceOf(MalformedEncodingException.class);
    }
  }

  @Test
  void aDigestOfImpossibleLengthIsRefused() {
    for (int length : new int[] {0, 20, 31, 33}) {
      assertThatThrownBy(() -> Multihash.of(Multihash.SHA2_256, new byte[length]))
          .isInstanceOf(MalformedEncodingException.class)
          .hasMessageContaining("digest of " + length + " bytes");
    }
    assertThatThrownBy(() -> Multihash.of(Multihash.IDENTITY, new byte[1025]))
        .isInstanceOf(MalformedEncodingException.class);
    assertThatThrownBy(() -> Multihash.decode(HEX.parseHex("00ffffffffffffffff7f")))
        .isInstanceOf(MalformedEncodingException.class);
  }
}
