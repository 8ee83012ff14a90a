package io.echonet.dds.transport;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;

/** How each kind of key signs (peer-ids specification, "Key Types"). */
final class Signatures {
  /** Shorter keys are broken, longer ones are there to keep us busy. */
  private static final int MIN_RSA_BITS = 2048;

  private static final int MAX_RSA_BITS = 8192;

  /**
   * Everybody uses 17 bits, and some peers take no more than 31. One as long as its modulus makes
   * verifying as expensive as signing, at the expense of whoever verifies.
   */
  private static final int MAX_EXPONENT_BITS = 32;

  private Signatures() {}

  /**
   * Whether {@code signature} over {@code message} is that of the key; false too where any of them
   * is malformed.
   */
  static boolean verify(KeyType type, byte[] key, byte[] message, byte[] signature) {
    try {
      return switch (type) {
        case ED25519 -> Ed25519.verify(key, message, signature);
        case SECP256K1 -> Secp256k1.verify(key, message, signature);
        case RSA -> verify(rsa(key), "SHA256withRSA", message, signature);
        case ECDSA -> verify(decode("EC", key), "SHA256withECDSA", message, signature);
      };
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static PublicKey rsa(byte[] spki) throws GeneralSecurityException {
    RSAPublicKey key = (RSAPublicKey) decode("RSA", spki);
    checkRsaBits(key.getModulus().bitLength());
    if (key.getPublicExponent().bitLength() > MAX_EXPONENT_BITS) {
      throw new InvalidKeyException(
          "RSA exponent of " + key.getPublicExponent().bitLength() + " bits");
    }
    return key;
  }

  static void checkRsaBits(int bits) throws InvalidKeyException {
    if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
      throw new InvalidKeyException("RSA key of " + bits + " bits");
    }
  }

  private static PublicKey decode(String algorithm, byte[] spki) throws GeneralSecurityException {
    return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(spki));
  }

  private static boolean verify(PublicKey key, String algorithm, byte[] message, byte[] signature)
      throws GeneralSecurityException {
    Signature verifier = Signature.getInstance(algorithm);
    verifier.initVerify(key);
    verifier.update(message);
    return verifier.verify(signature);
  }
}
