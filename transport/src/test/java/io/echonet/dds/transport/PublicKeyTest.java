package io.echonet.dds.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.multiformats.MalformedEncodingException;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicKeyTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] MESSAGE = "a message".getBytes(StandardCharsets.US_ASCII);

  @ParameterizedTest
  @CsvSource({"ed25519,ED25519", "ecdsa,ECDSA", "secp256k1,SECP256K1", "rsa,RSA"})
  void theSpecificationsKeysAreReadAndWritten(String vector, KeyType type) {
    PublicKey key = PublicKey.decode(KeyVectors.publicKey(vector));

    assertThat(key.type()).isEqualTo(type);
    assertThat(key.encode()).isEqualTo(KeyVectors.publicKey(vector));
    assertThat(key)
        .isEqualTo(PublicKey.of(type, key.data()))
        .hasSameHashCodeAs(PublicKey.of(type, key.data()));
  }

  @Test
  void rsaSignaturesAreVerified() throws Exception {
    // PKCS #1, which the JDK reads inside PKCS #8 alone.
    PrivateKey key =
        pkcs8("RSA", "300d06092a864886f70d0101010500", data(KeyVectors.privateKey("rsa")));

    checkVerification(PublicKey.decode(KeyVectors.publicKey("rsa")), sign("SHA256withRSA", key));
  }

  @Test
  void ecdsaSignaturesAreVerified() throws Exception {
    PrivateKey key =
        pkcs8(
            "EC",
            "301306072a8648ce3d020106082a8648ce3d030107",
            data(KeyVectors.privateKey("ecdsa")));

    checkVerification(
        PublicKey.decode(KeyVectors.publicKey("ecdsa")), sign("SHA256withECDSA", key));
  }

  @Test
  void ed25519SignaturesAreVerified() {
    Identity identity = Identity.decode(KeyVectors.privateKey("ed25519"));

    checkVerification(PublicKey.decode(KeyVectors.publicKey("ed25519")), identity.sign(MESSAGE));
  }

  @Test
  void secp256k1SignaturesAreVerified() throws Exception {
    PublicKey key = PublicKey.decode(KeyVectors.publicKey("secp256k1"));
    Identity identity = Identity.decode(KeyVectors.privateKey("secp256k1"));

    checkVerification(key, identity.sign(MESSAGE));
  }

  @Test
  void eitherHalfOfTheSignaturesOnSecp256k1IsTaken() throws Exception {
    Identity identity = Identity.decode(KeyVectors.privateKey("secp256k1"));
    BigInteger n = Secp256k1.CURVE.getN();
    BigInteger[] numbers = StandardDSAEncoding.INSTANCE.decode(n, identity.sign(MESSAGE));
    byte[] higher = StandardDSAEncoding.INSTANCE.encode(n, numbers[0], n.subtract(numbers[1]));

    assertThat(numbers[1]).isLessThanOrEqualTo(n.shiftRight(1));
    assertThat(identity.publicKey().verify(MESSAGE, higher)).isTrue();
  }

  /** Sequences that are DER, of what no signature is made of. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "3006800101800101",
        "3006040101040101",
        "3006020101800101",
        "3003020101",
        "3000",
        "30080500050005000500"
      })
  void whatIsNoPairOfNumbersIsNoSignatureOnSecp256k1(String hex) {
    PublicKey key = PublicKey.decode(KeyVectors.publicKey("secp256k1"));
    byte[] signature = HexFormat.of().parseHex(hex);

    assertThat(key.verify(MESSAGE, signature)).isFalse();
  }

  private static void checkVerification(PublicKey key, byte[] signature) {
    byte[] other = MESSAGE.clone();
    other[0] ^= 1;
    byte[] changed = signature.clone();
    changed[changed.length - 1] ^= 1;

    assertThat(key.verify(MESSAGE, signature)).isTrue();
    assertThat(key.verify(other, signature)).isFalse();
    assertThat(key.verify(MESSAGE, changed)).isFalse();
    assertThat(key.verify(MESSAGE, new byte[0])).isFalse();
    for (int length = 0; length < signature.length; length++) {
      assertThat(key.verify(MESSAGE, Arrays.copyOf(signature, length))).isFalse();
    }
    assertThat(key.verify(MESSAGE, Arrays.copyOf(signature, signature.length + 1))).isFalse();
    assertThat(key.verify(MESSAGE, new byte[64])).isFalse();
  }

  @Test
  void conscryptAndTheJdkAgreeOnEd25519() throws Exception {
    Identity identity = Identity.decode(KeyVectors.privateKey("ed25519"));
    byte[] signature = identity.sign(MESSAGE);
    byte[] key = identity.publicKey().data();

    assertThat(Ed25519.verify(key, MESSAGE, signature, null)).isTrue();
    assertThat(Ed25519.verify(key, MESSAGE, signature, Conscrypt.newProvider())).isTrue();
    signature[3] ^= 1;
    assertThat(Ed25519.verify(key, MESSAGE, signature, null)).isFalse();
    assertThat(Ed25519.verify(key, MESSAGE, signature, Conscrypt.newProvider())).isFalse();
  }

  @Test
  void rfc8032IsKeptTo() {
    // Section 7.1, test 3.
    PublicKey key =
        PublicKey.of(
            KeyType.ED25519,
            HEX.parseHex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"));

    assertThat(
            key.verify(
                HEX.parseHex("af82"),
                HEX.parseHex(
                    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                        + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")))
        .isTrue();
  }

  @Test
  void keysThatAreNoneVerifyNothing() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(1024);
    KeyPair weak = generator.generateKeyPair();
    PublicKey tooShort = PublicKey.of(KeyType.RSA, weak.getPublic().getEncoded());
    byte[] offCurve = new byte[33];
    offCurve[0] = 2;
    offCurve[32] = 5;

    generator.initialize(
        new RSAKeyGenParameterSpec(2048, BigInteger.ONE.shiftLeft(40).add(BigInteger.valueOf(15))));
    KeyPair slow = generator.generateKeyPair();
    PublicKey longExponent = PublicKey.of(KeyType.RSA, slow.getPublic().getEncoded());

    assertThat(longExponent.verify(MESSAGE, sign("SHA256withRSA", slow.getPrivate()))).isFalse();
    assertThat(tooShort.verify(MESSAGE, sign("SHA256withRSA", weak.getPrivate()))).isFalse();
    for (KeyType type : KeyType.values()) {
      byte[] data = type == KeyType.SECP256K1 ? offCurve : new byte[32];
      assertThat(PublicKey.of(type, data).verify(MESSAGE, new byte[64])).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "08",
        "0801",
        "080112",
        "08011200",
        "0801122000",
        "08051200",
        "08800112010a",
        "08001200",
        "1220",
        "08818000",
        "0800120201",
        "08001201ffff",
        "0800128080808001"
      })
  void whatIsNoKeyIsRefused(String hex) {
    assertThatThrownBy(() -> PublicKey.decode(HEX.parseHex(hex)))
        .isInstanceOf(MalformedEncodingException.class);
  }

  private static byte[] sign(String algorithm, PrivateKey key) throws Exception {
    Signature signer = Signature.getInstance(algorithm);
    signer.initSign(key);
    signer.update(MESSAGE);
    return signer.sign();
  }

  private static PrivateKey pkcs8(String algorithm, String identifier, byte[] key)
      throws Exception {
    byte[] version = {2, 1, 0};
    byte[] der = der(0x30, concat(version, concat(HEX.parseHex(identifier), der(4, key))));
    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  /** The data of a protobuf key. */
  private static byte[] data(byte[] key) {
    int start = 3;
    while (key[start++] < 0) {
      // The length goes on.
    }
    return Arrays.copyOfRange(key, start, key.length);
  }

  private static byte[] der(int tag, byte[] value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (value.length < 128) {
      out.write(value.length);
    } else {
      boolean isLong = value.length > 255;
      out.write(isLong ? 0x82 : 0x81);
      if (isLong) {
        out.write(value.length >> 8);
      }
      out.write(value.length);
    }
    out.writeBytes(value);
    return out.toByteArray();
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }
}
