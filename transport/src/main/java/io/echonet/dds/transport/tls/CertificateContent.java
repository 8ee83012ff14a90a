package io.echonet.dds.transport.tls;

import java.io.IOException;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.jspecify.annotations.Nullable;

/**
 * What a certificate says, so far as it means anything to libp2p (RFC 5280, section 4.1). Both the
 * JDK and Bouncy Castle refuse the certificates of JavaScript peers, which name no issuer; names
 * mean nothing here, and are not looked at.
 *
 * @param signed the bytes that {@code signature} is over
 */
@SuppressWarnings("ArrayRecordComponent") // It lives within one call.
record CertificateContent(
    byte[] signed,
    AlgorithmIdentifier algorithm,
    byte[] signature,
    Instant notBefore,
    Instant notAfter,
    SubjectPublicKeyInfo key,
    @Nullable Extensions extensions) {
  private static final int VERSION_3 = 2;

  private static final int ISSUER_UNIQUE_ID = 1;

  private static final int SUBJECT_UNIQUE_ID = 2;
  private static final int EXTENSIONS = 3;

  /** Fields before the optional ones: from the version to the key. */
  private static final int FIXED_FIELDS = 7;

  /**
   * Reads the certificate {@code der}.
   *
   * @throws CertificateException where it is not one of version 3, in DER, and nothing else
   */
  static CertificateContent decode(byte[] der) throws CertificateException {
    try {
      ASN1Primitive whole = Objects.requireNonNull(ASN1Primitive.fromByteArray(der));
      if (!Arrays.equals(whole.getEncoded(ASN1Encoding.DER), der)) {
        throw new CertificateException("the certificate is not in DER");
      }
      return of(ASN1Sequence.getInstance(whole));
    } catch (IOException | RuntimeException e) {
      // What does not fit is told by unchecked exceptions of many kinds.
      throw new CertificateException("the certificate is malformed", e);
    }
  }

  private static CertificateContent of(ASN1Sequence whole)
      throws CertificateException, IOException {
    ASN1Sequence fields = ASN1Sequence.getInstance(whole.getObjectAt(0));
    AlgorithmIdentifier algorithm = AlgorithmIdentifier.getInstance(whole.getObjectAt(1));
    if (whole.size() != 3 || !isVersion3(fields.getObjectAt(0))) {
      throw new CertificateException("no certificate of version 3");
    }
    if (!algorithm.equals(AlgorithmIdentifier.getInstance(fields.getObjectAt(2)))) {
      throw new CertificateException("the certificate names two signature algorithms");
    }
    ASN1Sequence validity = ASN1Sequence.getInstance(fields.getObjectAt(4));
    return new CertificateContent(
        fields.getEncoded(ASN1Encoding.DER),
        algorithm,
        ASN1BitString.getInstance(whole.getObjectAt(2)).getOctets(),
        instant(validity.getObjectAt(0)),
        instant(validity.getObjectAt(1)),
        SubjectPublicKeyInfo.getInstance(fields.getObjectAt(6)),
        extensions(fields));
  }

  private static boolean isVersion3(ASN1Encodable field) {
    return ASN1Integer.getInstance(ASN1TaggedObject.getInstance(field), true).hasValue(VERSION_3);
  }

  private static Instant instant(ASN1Encodable time) {
    return Time.getInstance(time).getDate().toInstant();
  }

  private static @Nullable Extensions extensions(ASN1Sequence fields) throws CertificateException {
    Extensions extensions = null;
    for (int i = FIXED_FIELDS; i < fields.size(); i++) {
      ASN1TaggedObject field = ASN1TaggedObject.getInstance(fields.getObjectAt(i));
      switch (field.getTagNo()) {
        case ISSUER_UNIQUE_ID, SUBJECT_UNIQUE_ID ->
            throw new CertificateException("the certificate has a unique id, which is deprecated");
        case EXTENSIONS -> extensions = Extensions.getInstance(field, true);
        default -> throw new CertificateException("unknown field " + field.getTagNo());
      }
    }
    return extensions;
  }
}
