package io.echonet.dds.transport;

import java.math.BigInteger;
import java.util.Random;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/** The secret numbers of keys on elliptic curves, and the public points that belong to them. */
final class CurveSecrets {
  private CurveSecrets() {}

  /** Uniform in 1 to n - 1. */
  static BigInteger generate(ECDomainParameters curve, Random random) {
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

  /** In a time that does not tell of {@code secret}. */
  static ECPoint publicPoint(ECDomainParameters curve, BigInteger secret) {
    return new FixedPointCombMultiplier().multiply(curve.getG(), secret).normalize();
  }
}
