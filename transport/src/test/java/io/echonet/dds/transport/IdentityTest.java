package io.echonet.dds.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.multiformats.MalformedEncodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {
  private final byte[] vector = KeyVectors.privateKey("ed25519");

  @ParameterizedTest
  @ValueSource(strings = {"ed25519", "ecdsa", "secp256k1", "rsa"})
  void theSpecificationsPrivateKeysAreReadAndWritten(String vector) {
    Identity identity = Identity.decode(KeyVectors.privateKey(vector));

    assertThat(identity.publicKey().encode()).isEqualTo(KeyVectors.publicKey(vector));
    assertThat(identity.encode()).isEqualTo(KeyVectors.privateKey(vector));
    assertThat(identity.peerId()).isEqualTo(PeerId.of(identity.publicKey()));
  }

  @ParameterizedTest
  @EnumSource
  void everyKindOfKeyIsMadeKeptAndSignsWhatOthersVerify(KeyType type) {
    Identity identity = Identity.generate(type);
    Identity again = Identity.decode(identity.encode());
    PublicKey seen = PublicKey.decode(identity.publicKey().encode());

    assertThat(seen.type()).isEqualTo(type);
    assertThat(again.peerId()).isEqualTo(identity.peerId());
    for (int i = 0; i < 5; i++) {
      byte[] message = new byte[i * 100];
      byte[] signature = again.sign(message);
      assertThat(seen.verify(message, signature)).isTrue();
      signature[signature.length / 2] ^= 1;
      assertThat(seen.verify(message, signature)).isFalse();
    }
    assertThat(Identity.generate(type).peerId()).isNotEqualTo(identity.peerId());
  }

  @Test
  void secp256k1SignaturesAreThoseOfRfc6979() {
    // The key 1 and a message whose signature is widely published.
    byte[] one = new byte[36];
    one[0] = 8;
    one[1] = 2;
    one[2] = 0x12;
    one[3] = 32;
    one[35] = 1;

    byte[] signature =
        Identity.decode(one).sign("Satoshi Nakamoto".getBytes(StandardCharsets.US_ASCII));

    assertThat(HexFormat.of().formatHex(signature))
        .contains("934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8")
        .contains("2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ecdsa", "secp256k1", "rsa"})
  void damagedKeysOfOtherKindsAreRefusedOrOthers(String name) {
    byte[] key = KeyVectors.privateKey(name);
    PeerId peer = Identity.decode(key).peerId();
    for (int length = 0; length < key.length; length++) {
      byte[] cut = Arrays.copyOf(key, length);
      assertThatThrownBy(() -> Identity.decode(cut)).isInstanceOf(MalformedEncodingException.class);
    }
    Random random = new Random(5);
    for (int i = 0; i < 100; i++) {
      byte[] changed = key.clone();
      changed[random.nextInt(4, key.length)] ^= (byte) (1 + random.nextInt(255));
      try {
        Identity other = Identity.decode(changed);
        byte[] signature = other.sign(key);
        assertThat(other.publicKey().verify(key, signature)).isTrue();
        assertThat(name.equals("secp256k1") || other.peerId().equals(peer)).isTrue();
      } catch (MalformedEncodingException e) {
        // Refused.
      }
    }
  }

  @Test
  void secretsOutsideTheirCurveAreRefused() {
    byte[] zero = Arrays.copyOf(new byte[] {8, 2, 0x12, 32}, 36);
    byte[] tooMuch = zero.clone();
    Arrays.fill(tooMuch, 4, 36, (byte) -1);

    for (byte[] secret : List.of(zero, tooMuch)) {
      assertThatThrownBy(() -> Identity.decode(secret))
          .isInstanceOf(MalformedEncodingException.class)
          .hasMessageContaining("out of range");
    }
  }

  @Test
  void theOlderFormWithTwoPublicKeysIsRead() {
    byte[] old = Arrays.copyOf(vector, vector.length + 32);
    old[3] = 96;
    System.arraycopy(vector, 36, old, 68, 32);

    assertThat(Identity.decode(old).encode()).isEqualTo(vector);
    old[99] ^= 1;
    assertThatThrownBy(() -> Identity.decode(old)).isInstanceOf(MalformedEncodingException.class);
  }

  @Test
  void keysThatDoNotBelongTogetherAreRefused() {
    byte[] wrong = vector.clone();
    wrong[67] ^= 1;

    assertThatThrownBy(() -> Identity.decode(wrong))
        .isInstanceOf(MalformedEncodingException.class)
        .hasMessageContaining("do not belong together");
  }

  @Test
  void whatIsNoPrivateKeyIsRefused() {
    for (int length = 0; length < 140; length++) {
      byte[] bytes = Arrays.copyOf(vector, length);
      if (length != vector.length) {
        assertThatThrownBy(() -> Identity.decode(bytes))
            .isInstanceOf(MalformedEncodingException.class);
      }
    }
    assertThatThrownBy(() -> Identity.decode(KeyVectors.publicKey("ed25519")))
        .isInstanceOf(MalformedEncodingException.class);
  }

  @Test
  void aSeedGivesTheSameIdentityAgain() {
    assertThat(Identity.generate(new Random(1)).encode())
        .isEqualTo(Identity.generate(new Random(1)).encode());
    assertThat(Identity.generate().peerId()).isNotEqualTo(Identity.generate().peerId());
  }

  @Test
  void nothingSecretIsPrinted() {
    Identity identity = Identity.decode(vector);

    assertThat(identity.toString()).isEqualTo("identity of " + identity.peerId());
  }
}
