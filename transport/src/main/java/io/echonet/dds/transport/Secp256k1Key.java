package io.echonet.dds.transport;

import io.echonet.dds.multiformats.MalformedEncodingException;
import java.math.BigInteger;
import java.util.Random;
import org.bouncycastle.util.BigIntegers;

/** A key pair on secp256k1, stored as its secret number, 32 bytes. */
final class Secp256k1Key implements OwnKey {
  private final BigInteger secret;
  private final PublicKey publicKey;

  private Secp256k1Key(BigInteger secret) {
    this.secret = secret;
    this.publicKey =
        PublicKey.of(
            KeyType.SECP256K1, CurveSecrets.publicPoint(Secp256k1.CURVE, secret).getEncoded(true));
  }

  static Secp256k1Key generate(Random random) {
    return new Secp256k1Key(CurveSecrets.generate(Secp256k1.CURVE, random));
  }

  static Secp256k1Key decode(byte[] data) {
    BigInteger secret = new BigInteger(1, data);
    if (data.length != Secp256k1.SECRET_BYTES || !CurveSecrets.isSecret(Secp256k1.CURVE, secret)) {
      throw new MalformedEncodingException(
          "no usable secp256k1 private key: " + data.length + " bytes, or out of range");
    }
    return new Secp256k1Key(secret);
  }

  @Override
  public PublicKey publicKey() {
    return publicKey;
  }

  @Override
  public byte[] data() {
    return BigIntegers.asUnsignedByteArray(Secp256k1.SECRET_BYTES, secret);
  }

  @Override
  public byte[] sign(byte[] message) {
    return Secp256k1.sign(secret, message);
  }
}
