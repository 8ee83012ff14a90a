package io.echonet.dds.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.echonet.dds.multiformats.MalformedEncodingException;
import io.echonet.dds.proto.libp2p.CryptoProto;
import io.echonet.dds.proto.libp2p.EnvelopeProto.Envelope;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SignedEnvelopeTest {
  private static final Identity SIGNER = Identity.decode(KeyVectors.privateKey("ed25519"));
  private static final byte[] TYPE = {3, 1};
  private static final byte[] PAYLOAD = "payload".getBytes(StandardCharsets.US_ASCII);

  private static SignedEnvelope sealed() {
    return SignedEnvelope.seal(SIGNER, "test", TYPE, PAYLOAD);
  }

  @ParameterizedTest
  @EnumSource
  void whatAnyKindOfKeySealsIsOpened(KeyType type) {
    Identity signer = Identity.generate(type);

    SignedEnvelope opened =
        SignedEnvelope.open(SignedEnvelope.seal(signer, "test", TYPE, PAYLOAD).encode(), "test");

    assertThat(opened.signer()).isEqualTo(signer.publicKey());
    assertThat(opened.payloadType()).isEqualTo(TYPE);
    assertThat(opened.payload()).isEqualTo(PAYLOAD);
  }

  @Test
  void theBytesAreThoseOfTheSpecification() {
    byte[] signed =
        HexFormat.of().parseHex("04" + "74657374" + "02" + "0301" + "07" + "7061796c6f6164");
    String signature = HexFormat.of().formatHex(SIGNER.sign(signed));
    String key = HexFormat.of().formatHex(SIGNER.publicKey().encode());

    assertThat(HexFormat.of().formatHex(sealed().encode()))
        .isEqualTo("0a24" + key + "1202" + "0301" + "1a07" + "7061796c6f6164" + "2a40" + signature);
  }

  @Test
  void aSignatureCountsOnlyForWhatItWasGiven() {
    byte[] bytes = sealed().encode();

    assertThatThrownBy(() -> SignedEnvelope.open(bytes, "tes"))
        .isInstanceOf(MalformedEncodingException.class)
        .hasMessageContaining("the signature of the envelope");
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 1;
      assertThatThrownBy(() -> SignedEnvelope.open(changed, "test"))
          .as("byte %d", i)
          .isInstanceOf(MalformedEncodingException.class);
    }
  }

  @Test
  void whatIsNoEnvelopeIsRefused() {
    byte[] bytes = sealed().encode();
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> SignedEnvelope.open(cut, "test"))
          .isInstanceOf(MalformedEncodingException.class);
    }
    byte[] unknownKind =
        Envelope.newBuilder()
            .setPublicKey(
                CryptoProto.PublicKey.newBuilder()
                    .setType(CryptoProto.KeyType.RSA)
                    .setData(ByteString.EMPTY))
            .build()
            .toByteArray();
    assertThatThrownBy(() -> SignedEnvelope.open(unknownKind, "test"))
        .isInstanceOf(MalformedEncodingException.class);
  }

  @Test
  void whatIsTooLongIsNotLookedAt() {
    byte[] payload = new byte[SignedEnvelope.MAX_BYTES];
    byte[] bytes = SignedEnvelope.seal(SIGNER, "test", TYPE, payload).encode();

    assertThatThrownBy(() -> SignedEnvelope.open(bytes, "test"))
        .isInstanceOf(MalformedEncodingException.class)
        .hasMessage("envelope of " + bytes.length + " bytes exceeds 16384");
  }
}
