package io.echonet.dds.transport;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.SignatureException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Verification of ECDSA signatures on the curve secp256k1, which JDKs no longer have (SEC 1,
 * section 4.1.4).
 *
 * <p>It takes milliseconds, once a connection to a peer with such a key. Nothing here is secret, so
 * nothing needs to take the same time for all inputs.
 */
final class Secp256k1 {
  private static final BigInteger P =
      hex("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f");
  private static final BigInteger N =
      hex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
  private static final BigInteger THREE = BigInteger.valueOf(3);
  private static final BigInteger SEVEN = BigInteger.valueOf(7);

  static final Point GENERATOR =
      new Point(
          hex("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"),
          hex("483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"),
          BigInteger.ONE);

  private Secp256k1() {}

  private static BigInteger hex(String digits) {
    return new BigInteger(digits, 16);
  }

  static boolean verify(byte[] key, byte[] message, byte[] signature)
      throws GeneralSecurityException {
    Point q = decode(key);
    BigInteger[] rs = decodeSignature(signature);
    BigInteger r = rs[0];
    BigInteger s = rs[1];
    if (!isScalar(r) || !isScalar(s)) {
      return false;
    }
    BigInteger e = new BigInteger(1, MessageDigest.getInstance("SHA-256").digest(message));
    BigInteger inverse = s.modInverse(N);
    Point sum =
        add(
            multiply(GENERATOR, e.multiply(inverse).mod(N)),
            multiply(q, r.multiply(inverse).mod(N)));
    return sum != null && affineX(sum).mod(N).equals(r);
  }

  private static boolean isScalar(BigInteger value) {
    return value.signum() > 0 && value.compareTo(N) < 0;
  }

  /** A compressed point, as libp2p serialises keys of this kind. */
  static Point decode(byte[] key) throws InvalidKeyException {
    if (key.length != 33 || (key[0] != 2 && key[0] != 3)) {
      throw new InvalidKeyException("no compressed secp256k1 point");
    }
    BigInteger x = new BigInteger(1, Arrays.copyOfRange(key, 1, 33));
    BigInteger square = x.modPow(THREE, P).add(SEVEN).mod(P);
    // P is 3 modulo 4, so this is the root, where there is one.
    BigInteger y = square.modPow(P.add(BigInteger.ONE).shiftRight(2), P);
    if (x.compareTo(P) >= 0 || !y.multiply(y).mod(P).equals(square)) {
      throw new InvalidKeyException("a point that is not on secp256k1");
    }
    return new Point(x, y.testBit(0) == (key[0] == 3) ? y : P.subtract(y), BigInteger.ONE);
  }

  /** DER: a sequence of two integers. */
  private static BigInteger[] decodeSignature(byte[] der) throws SignatureException {
    if (der.length < 8 || der.length > 72 || der[0] != 0x30 || der[1] != der.length - 2) {
      throw new SignatureException("no DER signature");
    }
    int rLength = der[3];
    if (der[2] != 2 || rLength < 1 || rLength > 33 || 6 + rLength > der.length) {
      throw new SignatureException("no DER signature");
    }
    int sLength = der[5 + rLength];
    if (der[4 + rLength] != 2
        || sLength < 1
        || sLength > 33
        || 6 + rLength + sLength != der.length) {
      throw new SignatureException("no DER signature");
    }
    return new BigInteger[] {
      new BigInteger(der, 4, rLength), new BigInteger(der, 6 + rLength, sLength)
    };
  }

  /** A point in Jacobian coordinates; the point at infinity is null. */
  record Point(BigInteger x, BigInteger y, BigInteger z) {}

  static BigInteger affineX(Point point) {
    BigInteger inverse = point.z.modInverse(P);
    return point.x.multiply(inverse.multiply(inverse)).mod(P);
  }

  static @Nullable Point multiply(Point point, BigInteger scalar) {
    Point sum = null;
    for (int i = scalar.bitLength() - 1; i >= 0; i--) {
      sum = twice(sum);
      if (scalar.testBit(i)) {
        sum = add(sum, point);
      }
    }
    return sum;
  }

  private static @Nullable Point twice(@Nullable Point point) {
    if (point == null || point.y.signum() == 0) {
      return null;
    }
    BigInteger yy = point.y.multiply(point.y).mod(P);
    BigInteger s = point.x.multiply(yy).shiftLeft(2).mod(P);
    BigInteger m = point.x.multiply(point.x).multiply(THREE).mod(P);
    BigInteger x = m.multiply(m).subtract(s.shiftLeft(1)).mod(P);
    BigInteger y = m.multiply(s.subtract(x)).subtract(yy.multiply(yy).shiftLeft(3)).mod(P);
    return new Point(x, y, point.y.multiply(point.z).shiftLeft(1).mod(P));
  }

  private static @Nullable Point add(@Nullable Point a, @Nullable Point b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    BigInteger aa = a.z.multiply(a.z).mod(P);
    BigInteger bb = b.z.multiply(b.z).mod(P);
    BigInteger u = a.x.multiply(bb).mod(P);
    BigInteger s = a.y.multiply(bb).multiply(b.z).mod(P);
    BigInteger h = b.x.multiply(aa).subtract(u).mod(P);
    BigInteger r = b.y.multiply(aa).multiply(a.z).subtract(s).mod(P);
    if (h.signum() == 0) {
      return r.signum() == 0 ? twice(a) : null;
    }
    BigInteger hh = h.multiply(h).mod(P);
    BigInteger hhh = hh.multiply(h).mod(P);
    BigInteger v = u.multiply(hh).mod(P);
    BigInteger x = r.multiply(r).subtract(hhh).subtract(v.shiftLeft(1)).mod(P);
    BigInteger y = r.multiply(v.subtract(x)).subtract(s.multiply(hhh)).mod(P);
    return new Point(x, y, a.z.multiply(b.z).multiply(h).mod(P));
  }
}
