package io.echonet.dds.transport;

import io.echonet.dds.multiformats.MalformedEncodingException;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;

/** A key pair on a curve of NIST's, stored as an ECPrivateKey (RFC 5915) that names the curve. */
final class EcdsaKey implements OwnKey {
  private static final ASN1ObjectIdentifier P256 = SECObjectIdentifiers.secp256r1;
  private static final Set<ASN1ObjectIdentifier> CURVES =
      Set.of(P256, SECObjectIdentifiers.secp384r1, SECObjectIdentifiers.secp521r1);

  private static final SecureRandom RANDOM = CryptoProvider.random();

  private final ASN1ObjectIdentifier curveName;
  private final ECDomainParameters curve;
  private final BigInteger secret;
  private final byte[] point;
  private final PrivateKey signing;
  private final PublicKey publicKey;

  private EcdsaKey(ASN1ObjectIdentifier curveName, BigInteger secret) {
    this.curveName = curveName;
    this.curve = curve(curveName);
    this.secret = secret;
    this.point = CurveSecrets.publicPoint(curve, secret).getEncoded(false);
    AlgorithmIdentifier algorithm =
        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curveName);
    this.publicKey =
        PublicKey.of(KeyType.ECDSA, Der.write(new SubjectPublicKeyInfo(algorithm, point)));
    this.signing = signing(algorithm);
  }

  private PrivateKey signing(AlgorithmIdentifier algorithm) {
    try {
      byte[] pkcs8 = Der.write(new PrivateKeyInfo(algorithm, parts()));
      return CryptoProvider.keys("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this JVM has no ECDSA on " + curveName, e);
    }
  }

  private ECPrivateKey parts() {
    return new ECPrivateKey(curve.getN().bitLength(), secret, new DERBitString(point), curveName);
  }

  private static ECDomainParameters curve(ASN1ObjectIdentifier name) {
    return new ECDomainParameters(CustomNamedCurves.getByOID(name));
  }

  /** On P-256: it is the one curve that every peer has. */
  static EcdsaKey generate(Random random) {
    return new EcdsaKey(P256, CurveSecrets.generate(curve(P256), random));
  }

  static EcdsaKey decode(byte[] data) {
    // The parts are read when they are asked for, so that asking may fail as well.
    return Der.read(data, der -> of(ECPrivateKey.getInstance(der)), "ECDSA private key");
  }

  private static EcdsaKey of(ECPrivateKey parts) {
    if (!(parts.getParametersObject() instanceof ASN1ObjectIdentifier name)
        || !CURVES.contains(name)) {
      throw new MalformedEncodingException("ECDSA private key on an unknown curve");
    }
    BigInteger secret = parts.getKey();
    if (!CurveSecrets.isSecret(curve(name), secret)) {
      throw new MalformedEncodingException("ECDSA private key out of range");
    }
    EcdsaKey key = new EcdsaKey(name, secret);
    ASN1BitString stored = parts.getPublicKey();
    if (stored != null && !Arrays.equals(stored.getBytes(), key.point)) {
      throw new MalformedEncodingException("private and public key do not belong together");
    }
    return key;
  }

  @Override
  public PublicKey publicKey() {
    return publicKey;
  }

  @Override
  public byte[] data() {
    return Der.write(parts());
  }

  @Override
  public byte[] sign(byte[] message) {
    try {
      Signature signer = CryptoProvider.signature("SHA256withECDSA");
      signer.initSign(signing, RANDOM);
      signer.update(message);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no ECDSA on " + curveName, e);
    }
  }
}
