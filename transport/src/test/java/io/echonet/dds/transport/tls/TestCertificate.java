package io.echonet.dds.transport.tls;

import io.echonet.dds.transport.Identity;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.jspecify.annotations.Nullable;

/** A certificate with whatever is wrong that a test wants. */
final class TestCertificate {
  private final Identity identity;
  private final List<Extension> extensions = new ArrayList<>();
  private String kind = "EC 256 SHA256withECDSA";
  private boolean hasSignedKey = true;
  private String name = "CN=test";
  private boolean isCritical;
  private boolean hasUniqueId;
  private boolean hasAnotherSigner;
  private byte @Nullable [] signedKey;

  TestCertificate(Identity identity) {
    this.identity = identity;
  }

  /** Algorithm, bits and signature. */
  TestCertificate withKeys(String value) {
    kind = value;
    return this;
  }

  TestCertificate withoutSignedKey() {
    hasSignedKey = false;
    return this;
  }

  TestCertificate withCriticalSignedKey() {
    isCritical = true;
    return this;
  }

  TestCertificate withSignedKey(byte[] content) {
    signedKey = content;
    return this;
  }

  TestCertificate withExtension(String oid, boolean critical) {
    extensions.add(new Extension(new ASN1ObjectIdentifier(oid), critical, new byte[] {5, 0}));
    return this;
  }

  TestCertificate withoutNames() {
    name = "";
    return this;
  }

  TestCertificate withUniqueId() {
    hasUniqueId = true;
    return this;
  }

  TestCertificate withAnotherSigner() {
    hasAnotherSigner = true;
    return this;
  }

  byte[] make() {
    try {
      return make(keys());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private KeyPair keys() throws Exception {
    String[] parts = kind.split(" ", -1);
    KeyPairGenerator generator = KeyPairGenerator.getInstance(parts[0]);
    generator.initialize(Integer.parseInt(parts[1]));
    return generator.generateKeyPair();
  }

  private byte[] make(KeyPair keys) throws Exception {
    byte[] spki = keys.getPublic().getEncoded();
    AlgorithmIdentifier algorithm = algorithm(kind.substring(kind.lastIndexOf(' ') + 1));
    List<Extension> all = new ArrayList<>(extensions);
    if (hasSignedKey) {
      byte[] value = signedKey == null ? SignedKey.encode(identity, spki) : signedKey;
      all.add(new Extension(new ASN1ObjectIdentifier(SignedKey.OID), isCritical, value));
    }
    ASN1EncodableVector fields = new ASN1EncodableVector();
    fields.add(new DERTaggedObject(true, 0, new ASN1Integer(2)));
    fields.add(new ASN1Integer(BigInteger.ONE));
    fields.add(algorithm);
    fields.add(new X500Name(name));
    fields.add(
        new DERSequence(
            new Time[] {
              new Time(Date.from(Instant.EPOCH)),
              new Time(Date.from(Instant.parse("2096-01-01T00:00:00Z")))
            }));
    fields.add(new X500Name(name));
    fields.add(SubjectPublicKeyInfo.getInstance(spki));
    if (hasUniqueId) {
      fields.add(new DERTaggedObject(false, 2, new DERBitString(new byte[] {1})));
    }
    if (!all.isEmpty()) {
      fields.add(new DERTaggedObject(true, 3, new Extensions(all.toArray(Extension[]::new))));
    }
    ASN1Encodable tbs = new DERSequence(fields);
    Signature signer = Signature.getInstance(kind.substring(kind.lastIndexOf(' ') + 1));
    signer.initSign((hasAnotherSigner ? keys() : keys).getPrivate());
    signer.update(tbs.toASN1Primitive().getEncoded("DER"));
    return new DERSequence(new ASN1Encodable[] {tbs, algorithm, new DERBitString(signer.sign())})
        .getEncoded("DER");
  }

  private static AlgorithmIdentifier algorithm(String name) {
    return new AlgorithmIdentifier(
        new ASN1ObjectIdentifier(
            switch (name) {
              case "SHA256withECDSA" -> "1.2.840.10045.4.3.2";
              case "SHA384withECDSA" -> "1.2.840.10045.4.3.3";
              case "SHA1withECDSA" -> "1.2.840.10045.4.1";
              case "SHA256withRSA" -> "1.2.840.113549.1.1.11";
              case "Ed25519" -> "1.3.101.112";
              default -> throw new AssertionError(name);
            }));
  }
}
