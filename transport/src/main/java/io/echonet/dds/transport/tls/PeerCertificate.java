package io.echonet.dds.transport.tls;

import io.echonet.dds.transport.PublicKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.Set;
import org.bouncycastle.asn1.ASN1OctetString;

/** The checks on the certificate that a peer shows (tls specification, "Peer Authentication"). */
final class PeerCertificate {
  /** One with RSA keys of 8,192 bits on both levels takes less. */
  private static final int MAX_BYTES = 8192;

  private static final int MIN_RSA_BITS = 2048;
  private static final int MAX_RSA_BITS = 8192;

  private static final Set<String> ECDSA =
      Set.of("SHA256withECDSA", "SHA384withECDSA", "SHA512withECDSA");

  /** Without those that rest on broken hashes. */
  private static final Set<String> OTHER_SIGNATURES =
      Set.of("Ed25519", "EdDSA", "SHA256withRSA", "SHA384withRSA", "SHA512withRSA", "RSASSA-PSS");

  private PeerCertificate() {}

  /**
   * The host key that {@code chain} proves the peer to have.
   *
   * @throws CertificateException where it proves nothing
   */
  static PublicKey verify(X509Certificate[] chain, Instant now) throws CertificateException {
    if (chain.length != 1) {
      throw new CertificateException(chain.length + " certificates, where one was expected");
    }
    return verify(chain[0].getEncoded(), now);
  }

  /**
   * The host key that the certificate {@code der} proves the peer to have.
   *
   * @throws CertificateException where it proves nothing
   */
  static PublicKey verify(byte[] der, Instant now) throws CertificateException {
    X509Certificate certificate = decode(der);
    certificate.checkValidity(Date.from(now));
    if (certificate.getSubjectUniqueID() != null || certificate.getIssuerUniqueID() != null) {
      throw new CertificateException("the certificate has a unique id, which is deprecated");
    }
    checkExtensions(certificate);
    checkSelfSignature(certificate);
    return SignedKey.verify(signedKey(certificate), certificate.getPublicKey().getEncoded());
  }

  private static X509Certificate decode(byte[] der) throws CertificateException {
    if (der.length > MAX_BYTES) {
      throw new CertificateException(
          "certificate of " + der.length + " bytes exceeds " + MAX_BYTES);
    }
    X509Certificate certificate =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(der));
    // The factory reads text forms too, and stops where a certificate ends.
    if (!Arrays.equals(certificate.getEncoded(), der)) {
      throw new CertificateException("the certificate is not in DER");
    }
    return certificate;
  }

  private static void checkExtensions(X509Certificate certificate) throws CertificateException {
    Set<String> critical = certificate.getCriticalExtensionOIDs();
    if (critical != null) {
      for (String oid : critical) {
        if (!oid.equals(SignedKey.OID)) {
          throw new CertificateException("critical extension " + oid + " is not understood");
        }
      }
    }
  }

  private static void checkSelfSignature(X509Certificate certificate) throws CertificateException {
    String algorithm = certificate.getSigAlgName();
    boolean isEcdsa = ECDSA.contains(algorithm);
    if (!isEcdsa && !OTHER_SIGNATURES.contains(algorithm)) {
      throw new CertificateException("signature by " + algorithm + " is not accepted");
    }
    if (certificate.getPublicKey() instanceof RSAPublicKey key) {
      int bits = key.getModulus().bitLength();
      if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
        throw new CertificateException("RSA key of " + bits + " bits");
      }
    }
    try {
      Provider fast = Crypto.conscrypt();
      if (isEcdsa && fast != null) {
        certificate.verify(certificate.getPublicKey(), fast);
      } else {
        certificate.verify(certificate.getPublicKey());
      }
    } catch (CertificateException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new CertificateException("the certificate is not signed by its own key", e);
    }
  }

  private static byte[] signedKey(X509Certificate certificate) throws CertificateException {
    byte[] value = certificate.getExtensionValue(SignedKey.OID);
    if (value == null) {
      throw new CertificateException("the certificate has no libp2p extension");
    }
    try {
      return ASN1OctetString.getInstance(ASN1OctetString.fromByteArray(value)).getOctets();
    } catch (IOException | IllegalArgumentException e) {
      throw new CertificateException("the libp2p extension is malformed", e);
    }
  }
}
