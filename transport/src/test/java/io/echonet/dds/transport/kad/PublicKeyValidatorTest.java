package io.echonet.dds.transport.kad;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.echonet.dds.transport.Identity;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PublicKeyValidatorTest {
  private final PublicKeyValidator validator = new PublicKeyValidator();
  private final Identity identity = Identity.generate(new Random(8));
  private final byte[] key = PublicKeyValidator.key(identity.peerId()).toByteArray();

  @Test
  void theKeyOfThePeerIsValidAndNothingElseIs() {
    byte[] own = identity.publicKey().encode();
    byte[] others = Identity.generate(new Random(9)).publicKey().encode();

    assertThat(validator.objection(key, own)).isEmpty();
    assertThat(validator.objection(key, others)).isPresent();
    assertThat(validator.objection(key, new byte[0])).isPresent();
    assertThat(validator.objection("/pk/x".getBytes(UTF_8), own)).isPresent();
    assertThat(validator.objection("/px/".getBytes(UTF_8), own)).isPresent();
    assertThat(validator.isBetter(key, own, own)).isFalse();
  }

  @Test
  void theRecordThatJavaScriptPeersExchangeInTheirTestsIsValid() {
    byte[] name =
        HexFormat.of()
            .parseHex(
                "2f706b2f122057793ff481bb00422ced1e1255236568fa0661d9709b6e551b22e9e15ca19722");
    byte[] value =
        HexFormat.of()
            .parseHex(
                "080012a60230820122300d06092a864886f70d01010105000382010f003082010a0282010100c2588f"
                    + "998971dac9e3eef76a311bf9159505aff69ea3b664c55a36aa28ee08de1127228a4d431bb9"
                    + "c0840240c75f6e98a0843a78d945491a3ea5e1f7cee2bc71383510db5290702383975b7bff"
                    + "ae9fb40c84cc1220fb4a7db862fffb0de42f8fd8fb33a17deb20f30e2d0f194791fe69355a"
                    + "392f77df35f101e08a2fc95b2c018768938814fcb52482f899f5e90a1905e8abbcdbb1647a"
                    + "d80a5b0417e1ce8320d64197a6ba3848926375c63adebabdf6eb82109bcadfee13b62bf922"
                    + "bbb6f74c1a26c9bc6122d1436787e0e6de3c152b1959701092abef84599f73eaedb2fcef9f"
                    + "87293e1bbe8e0fef3f1a7fd2e8b94c7e633f88473644a63cb948e4d25c54490203010001");

    assertThat(validator.objection(name, value)).isEmpty();
    assertThat(PublicKeyValidator.key(PublicKeyValidator.peer(ByteString.copyFrom(name)).get()))
        .isEqualTo(ByteString.copyFrom(name));
  }
}
