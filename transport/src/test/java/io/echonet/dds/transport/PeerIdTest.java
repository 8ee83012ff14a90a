package io.echonet.dds.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.multiformats.Base58;
import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.multiformats.Multihash;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerIdTest {
  private static final String ED25519 = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";
  private static final String SHA256 = "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N";
  private static final String CID = "bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe";

  @Test
  void theSpecificationsIdsAreRead() {
    assertThat(PeerId.parse(ED25519).toString()).isEqualTo(ED25519);
    assertThat(PeerId.parse(SHA256).toString()).isEqualTo(SHA256);
    // The specification gives the CID as an id of its own; that it is the same one can be seen in
    // its bytes.
    assertThat(PeerId.parse(CID)).isEqualTo(PeerId.parse(SHA256));
  }

  @Test
  void cidsAreReadInBothBases() {
    byte[] hash = PeerId.parse(ED25519).bytes();
    byte[] cid = new byte[hash.length + 2];
    cid[0] = 1;
    cid[1] = 0x72;
    System.arraycopy(hash, 0, cid, 2, hash.length);

    assertThat(PeerId.parse("z" + Base58.encode(cid))).isEqualTo(PeerId.parse(ED25519));
    assertThat(PeerId.parse("bafzaajaiaejca" + base32Tail(cid))).isEqualTo(PeerId.parse(ED25519));
  }

  private static String base32Tail(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    int bits = 0;
    int count = 0;
    for (byte b : bytes) {
      bits = bits << 8 | (b & 0xff);
      count += 8;
      while (count >= 5) {
        count -= 5;
        text.append("abcdefghijklmnopqrstuvwxyz234567".charAt(bits >>> count & 31));
      }
      bits &= (1 << count) - 1;
    }
    if (count > 0) {
      text.append("abcdefghijklmnopqrstuvwxyz234567".charAt(bits << (5 - count) & 31));
    }
    return text.substring("afzaajaiaejca".length());
  }

  @Test
  void shortKeysAreInlinedAndLongOnesHashed() {
    PublicKey ed25519 = PublicKey.decode(KeyVectors.publicKey("ed25519"));
    PublicKey secp256k1 = PublicKey.decode(KeyVectors.publicKey("secp256k1"));
    PublicKey rsa = PublicKey.decode(KeyVectors.publicKey("rsa"));
    PublicKey ecdsa = PublicKey.decode(KeyVectors.publicKey("ecdsa"));

    assertThat(PeerId.of(ed25519).toString()).startsWith("12D3Koo");
    assertThat(PeerId.of(ed25519).inlinedKey()).contains(ed25519);
    assertThat(PeerId.of(secp256k1).toString()).startsWith("16Uiu2");
    assertThat(PeerId.of(secp256k1).inlinedKey()).contains(secp256k1);
    assertThat(PeerId.of(rsa).toString()).startsWith("Qm");
    assertThat(PeerId.of(rsa).inlinedKey()).isEmpty();
    assertThat(PeerId.of(ecdsa).toString()).startsWith("Qm");
    assertThat(PeerId.of(rsa).matches(rsa)).isTrue();
    assertThat(PeerId.of(rsa).matches(ecdsa)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "Qm",
        "12D3KooW0",
        "hello",
        "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5",
        "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
        "b",
        "z",
        "b1",
        "zz",
        "BAFZBEIE5745RPV2M6TJYUUGYWY4D5EWRQGQQHFNF445HE3OMZPJBX5XQXE",
        "bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxf"
      })
  void whatIsNoPeerIdIsNamed(String text) {
    assertThatThrownBy(() -> PeerId.parse(text))
        .isInstanceOf(MalformedEncodingException.class)
        .hasMessageContaining(text.isEmpty() ? "0 characters" : "'" + text + "' is no peer id");
  }

  @Test
  void overlongTextIsNotEvenLookedAt() {
    assertThatThrownBy(() -> PeerId.parse("1".repeat(100_000)))
        .isInstanceOf(MalformedEncodingException.class)
        .hasMessage("peer id of 100000 characters");
  }

  @Test
  void otherHashesNameNobody() {
    assertThatThrownBy(() -> PeerId.decode(Multihash.of(0x13, new byte[64]).bytes()))
        .isInstanceOf(MalformedEncodingException.class);
    assertThatThrownBy(() -> PeerId.decode(Multihash.of(Multihash.IDENTITY, new byte[43]).bytes()))
        .isInstanceOf(MalformedEncodingException.class);
    assertThatThrownBy(() -> PeerId.decode(HexFormat.of().parseHex("1220")))
        .isInstanceOf(MalformedEncodingException.class);
  }

  @Test
  void anInlinedKeyThatIsNoneIsNone() {
    assertThat(PeerId.decode(Multihash.of(Multihash.IDENTITY, new byte[10]).bytes()).inlinedKey())
        .isEmpty();
  }

  @Test
  void idsAreOrderedByTheirBytes() {
    PeerId a = Identity.generate(new Random(1)).peerId();
    PeerId b = Identity.generate(new Random(2)).peerId();

    assertThat(a)
        .isEqualByComparingTo(PeerId.decode(a.bytes()))
        .hasSameHashCodeAs(PeerId.decode(a.bytes()));
    assertThat(Integer.signum(a.compareTo(b)))
        .isEqualTo(Integer.signum(java.util.Arrays.compareUnsigned(a.bytes(), b.bytes())));
    assertThat(a).isNotEqualTo(b);
  }
}
