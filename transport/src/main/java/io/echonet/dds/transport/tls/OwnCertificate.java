package io.echonet.dds.transport.tls;

import io.echonet.dds.transport.Identity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * What this process shows its peers: a key of its own on P-256, which all TLS libraries have, and a
 * self-signed certificate in which the host's identity vouches for it. Never stored.
 */
record OwnCertificate(PrivateKey key, X509Certificate certificate) {
  /** Peers' clocks are wrong by days at most, and a process does not live a century. */
  private static final Duration BACKDATED = Duration.ofDays(2);

  private static final Duration LIFE = Duration.ofDays(100 * 365);

  private static final AlgorithmIdentifier SIGNATURE =
      new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);

  static OwnCertificate make(Identity identity, Instant now, SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      KeyPair pair = generator.generateKeyPair();
      byte[] spki = pair.getPublic().getEncoded();
      TBSCertificate content =
          content(spki, SignedKey.encode(identity, spki), now, new BigInteger(63, random));
      Signature signer = Signature.getInstance("SHA256withECDSA");
      signer.initSign(pair.getPrivate(), random);
      signer.update(content.getEncoded(ASN1Encoding.DER));
      byte[] der =
          new DERSequence(
                  new org.bouncycastle.asn1.ASN1Encodable[] {
                    content, SIGNATURE, new DERBitString(signer.sign())
                  })
              .getEncoded(ASN1Encoding.DER);
      return new OwnCertificate(
          pair.getPrivate(),
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM cannot make a certificate", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TBSCertificate content(
      byte[] spki, byte[] signedKey, Instant now, BigInteger number) {
    X500Name name = new X500Name("SERIALNUMBER=" + number);
    V3TBSCertificateGenerator content = new V3TBSCertificateGenerator();
    content.setSerialNumber(new ASN1Integer(number));
    content.setSignature(SIGNATURE);
    content.setIssuer(name);
    content.setSubject(name);
    content.setStartDate(new Time(Date.from(now.minus(BACKDATED))));
    content.setEndDate(new Time(Date.from(now.plus(LIFE))));
    content.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(spki));
    // The only extension, and so the first, where some peers look for it.
    content.setExtensions(
        new Extensions(new Extension(new ASN1ObjectIdentifier(SignedKey.OID), false, signedKey)));
    return content.generateTBSCertificate();
  }
}
