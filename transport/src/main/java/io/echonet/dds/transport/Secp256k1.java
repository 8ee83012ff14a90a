package io.echonet.dds.transport;

import java.io.IOException;
import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.SignatureException;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.math.ec.ECFieldElement;
import org.bouncycastle.math.ec.custom.sec.SecP256K1Curve;

/**
 * ECDSA over SHA-256 on the curve secp256k1, which JDKs no longer have. Signatures are
 * deterministic (RFC 6979): a weak source of random numbers cannot give the key away.
 */
final class Secp256k1 {
  static final int SECRET_BYTES = 32;

  /** A compressed point. */
  private static final int PUBLIC_BYTES = 33;

  static final ECDomainParameters CURVE = curve();

  private Secp256k1() {}

  private static ECDomainParameters curve() {
    X9ECParameters known = CustomNamedCurves.getByName("secp256k1");
    NeverWaitingCurve curve = new NeverWaitingCurve();
    return new ECDomainParameters(
        curve, curve.decodePoint(known.getG().getEncoded(true)), known.getN(), known.getH());
  }

  /**
   * The curve, its computations blinded with random numbers that are there at once: the library's
   * own source reads a device, which would hold an event loop up.
   */
  private static final class NeverWaitingCurve extends SecP256K1Curve {
    private final SecureRandom random = CryptoProvider.random();

    @Override
    public ECFieldElement randomFieldElement(SecureRandom waiting) {
      return super.randomFieldElement(random);
    }

    @Override
    public ECFieldElement randomFieldElementMult(SecureRandom waiting) {
      return super.randomFieldElementMult(random);
    }
  }

  /**
   * The DER signature. Its second number is the smaller of two possible: peers refuse the other.
   */
  static byte[] sign(BigInteger secret, byte[] message) {
    ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    signer.init(true, new ECPrivateKeyParameters(secret, CURVE));
    BigInteger[] numbers = signer.generateSignature(sha256(message));
    BigInteger n = CURVE.getN();
    try {
      return StandardDSAEncoding.INSTANCE.encode(
          n, numbers[0], numbers[1].min(n.subtract(numbers[1])));
    } catch (IOException e) {
      throw new IllegalStateException("a signature that has no encoding", e);
    }
  }

  /**
   * Whether the DER {@code signature} over {@code message} is that of {@code key}, a compressed
   * point.
   */
  static boolean verify(byte[] key, byte[] message, byte[] signature)
      throws InvalidKeyException, SignatureException {
    if (key.length != PUBLIC_BYTES) {
      throw new InvalidKeyException("no compressed secp256k1 point");
    }
    ECPublicKeyParameters point;
    try {
      point = new ECPublicKeyParameters(CURVE.getCurve().decodePoint(key), CURVE);
    } catch (IllegalArgumentException e) {
      throw new InvalidKeyException("a point that is not on secp256k1", e);
    }
    BigInteger[] numbers;
    try {
      numbers = StandardDSAEncoding.INSTANCE.decode(CURVE.getN(), signature);
    } catch (IOException | IllegalArgumentException | ClassCastException e) {
      // The decoder casts what it finds without looking, and leaves it at that.
      throw new SignatureException("no DER signature", e);
    }
    ECDSASigner verifier = new ECDSASigner();
    verifier.init(false, point);
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
