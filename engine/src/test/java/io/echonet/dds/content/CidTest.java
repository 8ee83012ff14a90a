package io.echonet.dds.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.multiformats.MalformedEncodingException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CidTest {
  private static final String EMPTY = "GKot5hBsd81kMupNCXHaqbhv3huEbxAFMLnpcX2hniwn";

  @Test
  void isTheBase58OfTheRawDigest() {
    Cid cid = Cid.hash(ByteBuffer.allocate(0));

    assertThat(cid).hasToString(EMPTY).isEqualTo(Cid.parse(EMPTY));
    assertThat(HexFormat.of().formatHex(cid.digest()))
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assertThat(HexFormat.of().formatHex(cid.multihash().bytes()))
        .startsWith("1220e3b0c44298fc1c14");
  }

  @Test
  void hashesWhatRemainsAndLeavesThePosition() {
    ByteBuffer data = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}).position(1).limit(3);

    assertThat(Cid.hash(data)).isEqualTo(Cid.hash(ByteBuffer.wrap(new byte[] {2, 3})));
    assertThat(data.remaining()).isEqualTo(2);
    assertThat(Cid.hash(ByteBuffer.allocateDirect(300_000).asReadOnlyBuffer()))
        .isEqualTo(Cid.hash(ByteBuffer.allocate(300_000)));
  }

  @Test
  void leadingZeroBytesAreOnesAndTheTextIsShorter() {
    byte[] digest = new byte[32];
    assertThat(Cid.of(digest)).hasToString("1".repeat(32)).isEqualTo(Cid.parse("1".repeat(32)));
    digest[31] = 57;
    assertThat(Cid.of(digest)).hasToString("1".repeat(31) + "z");
  }

  @Test
  void everyDigestHasOneTextAndItIsReadBack() {
    Random random = new Random(5);
    for (int i = 0; i < 5_000; i++) {
      byte[] digest = new byte[32];
      random.nextBytes(digest);
      Arrays.fill(digest, 0, i % 4, (byte) 0);
      Cid cid = Cid.of(digest);

      assertThat(Cid.parse(cid.toString())).isEqualTo(cid).hasSameHashCodeAs(cid);
      assertThat(cid.toString().length()).isBetween(32, 44);
    }
  }

  @Test
  void anythingElseIsRefusedByName() {
    for (String text :
        List.of(
            "",
            "1",
            "z" + EMPTY,
            EMPTY + "1",
            EMPTY.substring(2),
            "1".repeat(31),
            "1".repeat(33),
            "J".repeat(44),
            "z".repeat(44),
            " " + EMPTY.substring(1),
            EMPTY.substring(1) + "\n",
            "0" + EMPTY.substring(1),
            "QmYtUc4iTCbbfVSDNKvtQqrfyezPPnFvE33wFmutw9PBBk",
            "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku")) {
      assertThatThrownBy(() -> Cid.parse(text))
          .as(text)
          .isInstanceOf(MalformedEncodingException.class)
          .hasMessageStartingWith("'" + text.replace("\n", "?") + "' is no CID: ");
    }
  }

  @Test
  void aMessageShowsNothingThatATerminalObeysAndNotAllOfALongText() {
    assertThatThrownBy(() -> Cid.parse("\u001b[2J\u202e\n"))
        .hasMessageStartingWith("'?[2J??' is no CID");
    assertThatThrownBy(() -> Cid.parse("x".repeat(1_000_000)))
        .hasMessage("'" + "x".repeat(88) + "...' is no CID: 1000000 characters");
  }

  @Test
  void aDigestOfAnotherLengthIsRefused() {
    assertThatThrownBy(() -> Cid.of(new byte[31])).isInstanceOf(MalformedEncodingException.class);
    assertThatThrownBy(() -> Cid.of(new byte[33])).isInstanceOf(MalformedEncodingException.class);
  }

  @Test
  void isOrderedByItsBytesAsUnsigned() {
    byte[] high = new byte[32];
    high[0] = (byte) 0x80;
    byte[] low = new byte[32];
    low[0] = 0x7f;

    assertThat(Cid.of(high)).isGreaterThan(Cid.of(low));
  }

  @Test
  void changingWhatWasGivenOrAnsweredChangesNothing() {
    byte[] digest = new byte[32];
    Cid cid = Cid.of(digest);
    digest[0] = 1;
    cid.digest()[0] = 1;

    assertThat(cid).isEqualTo(Cid.of(new byte[32]));
  }
}
