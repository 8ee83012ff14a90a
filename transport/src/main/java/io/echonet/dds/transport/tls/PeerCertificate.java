package io.echonet.dds.transport.tls;

import io.echonet.dds.transport.PublicKey;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.jspecify.annotations.Nullable;

/** The checks on the certificate that a peer shows (tls specification, "Peer Authentication"). */
final class PeerCertificate {
  /** One with RSA keys of 8,192 bits on both levels takes less. */
  private static final int MAX_BYTES = 8192;

  private static final ASN1ObjectIdentifier SIGNED_KEY = new ASN1ObjectIdentifier(SignedKey.OID);

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
    if (der.length > MAX_BYTES) {
      throw new CertificateException(
          "certificate of " + der.length + " bytes exceeds " + MAX_BYTES);
    }
    CertificateContent content = CertificateContent.decode(der);
    checkValidity(content, now);
    byte[] signedKey = signedKey(content.extensions());
    try {
      checkSelfSignature(content);
      return SignedKey.verify(signedKey, content.key().getEncoded(ASN1Encoding.DER));
    } catch (IOException e) {
      throw new CertificateException("the certificate's key has no encoding", e);
    }
  }

  private static void checkValidity(CertificateContent content, Instant now)
      throws CertificateException {
    if (now.isBefore(content.notBefore())) {
      throw new CertificateNotYetValidException(
          "the certificate is valid from " + content.notBefore() + " on");
    }
    if (now.isAfter(content.notAfter())) {
      throw new CertificateExpiredException(
          "the certificate was valid until " + content.notAfter());
    }
  }

  private static byte[] signedKey(@Nullable Extensions extensions) throws CertificateException {
    Extension found = extensions == null ? null : extensions.getExtension(SIGNED_KEY);
    if (extensions == null || found == null) {
      throw new CertificateException("the certificate has no libp2p extension");
    }
    for (ASN1ObjectIdentifier oid : extensions.getCriticalExtensionOIDs()) {
      if (!oid.equals(SIGNED_KEY)) {
        throw new CertificateException("critical extension " + oid + " is not understood");
      }
    }
    return found.getExtnValue().getOctets();
  }

  private static void checkSelfSignature(CertificateContent content)
      throws CertificateException, IOException {
    CertificateSignature kind = CertificateSignature.of(content.algorithm().getAlgorithm());
    boolean isOwn;
    try {
      isOwn = kind.verify(content.key(), content.signed(), content.signature());
    } catch (GeneralSecurityException e) {
      throw new CertificateException("the certificate is not signed by its own key", e);
    }
    if (!isOwn) {
      throw new CertificateException("the certificate is not signed by its own key");
    }
  }
}
