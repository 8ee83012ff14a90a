package io.echonet.dds.transport;

import java.security.InvalidKeyException;
import java.security.SignatureException;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;

/** The curve secp256k1, which JDKs no longer have, with keys as libp2p serialises them. */
final class Secp256k1 {
  /** A compressed point. */
  static final int PUBLIC_BYTES = 33;

  static final int SECRET_BYTES = 32;

  static final ECDomainParameters CURVE =
      new ECDomainParameters(CustomNamedCurves.getByName("secp256k1"));

  private Secp256k1() {}

  static boolean verify(byte[] key, byte[] message, byte[] signature)
      throws InvalidKeyException, SignatureException {
    if (key.length != PUBLIC_BYTES) {
      throw new InvalidKeyException("no compressed secp256k1 point");
    }
    return Ecdsa.verify(CURVE, key, message, signature);
  }
}
