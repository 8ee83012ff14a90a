package io.echonet.dds.transport.tls;

import io.echonet.dds.transport.CryptoProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.jspecify.annotations.Nullable;

/** How a certificate may be signed: none of these rests on a broken hash. */
enum CertificateSignature {
  ECDSA_SHA256("1.2.840.10045.4.3.2", "EC", "SHA256withECDSA"),
  ECDSA_SHA384("1.2.840.10045.4.3.3", "EC", "SHA384withECDSA"),
  ECDSA_SHA512("1.2.840.10045.4.3.4", "EC", "SHA512withECDSA"),
  RSA_SHA256("1.2.840.113549.1.1.11", "RSA", "SHA256withRSA"),
  RSA_SHA384("1.2.840.113549.1.1.12", "RSA", "SHA384withRSA"),
  RSA_SHA512("1.2.840.113549.1.1.13", "RSA", "SHA512withRSA"),
  ED25519("1.3.101.112", "Ed25519", "Ed25519");

  private static final int MIN_RSA_BITS = 2048;
  private static final int MAX_RSA_BITS = 8192;

  private final String oid;
  private final String keys;
  private final String algorithm;

  CertificateSignature(String oid, String keys, String algorithm) {
    this.oid = oid;
    this.keys = keys;
    this.algorithm = algorithm;
  }

  static CertificateSignature of(ASN1ObjectIdentifier oid) throws CertificateException {
    return Arrays.stream(values())
        .filter(candidate -> candidate.oid.equals(oid.getId()))
        .findFirst()
        .orElseThrow(() -> new CertificateException("signature by " + oid + " is not accepted"));
  }

  /** Whether {@code signature} over {@code message} is that of {@code key}. */
  boolean verify(SubjectPublicKeyInfo key, byte[] message, byte[] signature)
      throws GeneralSecurityException, IOException {
    Provider fast = this == ED25519 ? null : CryptoProvider.conscrypt();
    PublicKey decoded =
        keys(fast).generatePublic(new X509EncodedKeySpec(key.getEncoded(ASN1Encoding.DER)));
    if (decoded instanceof RSAPublicKey rsa) {
      int bits = rsa.getModulus().bitLength();
      if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
        throw new InvalidKeyException("RSA key of " + bits + " bits");
      }
    }
    Signature verifier =
        fast == null ? Signature.getInstance(algorithm) : Signature.getInstance(algorithm, fast);
    verifier.initVerify(decoded);
    verifier.update(message);
    return verifier.verify(signature);
  }

  private KeyFactory keys(@Nullable Provider provider) throws GeneralSecurityException {
    return provider == null ? KeyFactory.getInstance(keys) : KeyFactory.getInstance(keys, provider);
  }
}
