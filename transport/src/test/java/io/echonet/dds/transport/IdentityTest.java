package io.echonet.dds.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.multiformats.MalformedEncodingException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IdentityTest {
  private final byte[] vector = KeyVectors.privateKey("ed25519");

  @Test
  void theSpecificationsPrivateKeyIsReadAndWritten() {
    Identity identity = Identity.decode(vector);

    assertThat(identity.publicKey().encode()).isEqualTo(KeyVectors.publicKey("ed25519"));
    assertThat(identity.encode()).isEqualTo(vector);
    assertThat(identity.peerId()).isEqualTo(PeerId.of(identity.publicKey()));
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
    assertThatThrownBy(() -> Identity.decode(KeyVectors.privateKey("ecdsa")))
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
