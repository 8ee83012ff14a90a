package io.echonet.dds.transport;

import java.io.IOException;
import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SignatureException;
import java.util.Random;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/**
 * ECDSA over SHA-256 on any curve. Signatures are deterministic (RFC 6979): a weak source of random
 * numbers cannot give the key away, and nothing waits for a strong one.
 */
final class Ecdsa {
  private Ecdsa() {}

  /** A secret of the curve's: uniform in 1 to n - 1. */
  static BigInteger secret(ECDomainParameters curve, Random random) {
    while (true) {
      BigInteger candidate = new BigInteger(curve.getN().bitLength(), random);
      if (isSecret(curve, candidate)) {
        return candidate;
      }
    }
  }

  static boolean isSecret(ECDomainParameters curve, BigInteger candidate) {
    return candidate.signum() > 0 && candidate.compareTo(curve.getN()) < 0;
  }

  /** The public point of {@code secret}, in a time that does not tell of it. */
  static ECPoint publicPoint(ECDomainParameters curve, BigInteger secret) {
    return new FixedPointCombMultiplier().multiply(curve.getG(), secret).normalize();
  }

  /**
   * The DER signature. Its second number is the smaller of the two possible ones: peers refuse the
   * other on secp256k1, and none minds on other curves.
   */
  static byte[] sign(ECDomainParameters curve, BigInteger secret, byte[] message) {
    ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    signer.init(true, new ECPrivateKeyParameters(secret, curve));
    BigInteger[] numbers = signer.generateSignature(sha256(message));
    BigInteger n = curve.getN();
    try {
      return StandardDSAEncoding.INSTANCE.encode(
          n, numbers[0], numbers[1].min(n.subtract(numbers[1])));
    } catch (IOException e) {
      throw new IllegalStateException("a signature that has no encoding", e);
    }
  }

  /** Whether the DER {@code signature} over {@code message} is that of {@code point}. */
  static boolean verify(ECDomainParameters curve, byte[] point, byte[] message, byte[] signature)
      throws InvalidKeyException, SignatureException {
    ECPublicKeyParameters key;
    try {
      key = new ECPublicKeyParameters(curve.getCurve().decodePoint(point), curve);
    } catch (IllegalArgumentException e) {
      throw new InvalidKeyException("a point that is not on the curve", e);
    }
    BigInteger[] numbers;
    try {
      numbers = StandardDSAEncoding.INSTANCE.decode(curve.getN(), signature);
    } catch (IOException | IllegalArgumentException e) {
      throw new SignatureException("no DER signature", e);
    }
    ECDSASigner verifier = new ECDSASigner();
    verifier.init(false, key);
    return verifier.verifySignature(sha256(message), numbers[0], numbers[1]);
  }

  private static byte[] sha256(byte[] message) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(message);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JVM has no SHA-256", e);
    }
  }
}
