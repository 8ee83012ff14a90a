package io.echonet.dds.transport.tls;

import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.PublicKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;

/**
 * The content of the certificate extension by which a host key vouches for the certificate's key
 * (tls specification, "libp2p Public Key Extension").
 */
final class SignedKey {
  static final String OID = "1.3.6.1.4.1.53594.1.1";

  private static final byte[] PREFIX = "libp2p-tls-handshake:".getBytes(StandardCharsets.US_ASCII);

  private SignedKey() {}

  /**
   * What {@code identity} says of a certificate.
   *
   * @param certificateKey the certificate's key as SubjectPublicKeyInfo
   */
  static byte[] encode(Identity identity, byte[] certificateKey) {
    try {
      return new DERSequence(
              new ASN1OctetString[] {
                new DEROctetString(identity.publicKey().encode()),
                new DEROctetString(identity.sign(signed(certificateKey)))
              })
          .getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The host key that vouches for {@code certificateKey}.
   *
   * @param bytes the extension's content
   * @throws CertificateException where they are malformed, or the signature is not that host's
   */
  static PublicKey verify(byte[] bytes, byte[] certificateKey) throws CertificateException {
    PublicKey host;
    byte[] signature;
    try {
      if (!(ASN1Primitive.fromByteArray(bytes) instanceof ASN1Sequence parts)
          || parts.size() != 2) {
        throw new CertificateException("the libp2p extension is no pair of key and signature");
      }
      host = PublicKey.decode(octets(parts, 0));
      signature = octets(parts, 1);
    } catch (IOException
        | IllegalArgumentException
        | IllegalStateException
        | ClassCastException e) {
      throw new CertificateException("the libp2p extension is malformed", e);
    }
    if (!host.verify(signed(certificateKey), signature)) {
      throw new CertificateException(
          "the signature over the certificate's key is not that of the " + host);
    }
    return host;
  }

  private static byte[] octets(ASN1Sequence parts, int index) {
    return ASN1OctetString.getInstance(parts.getObjectAt(index)).getOctets();
  }

  private static byte[] signed(byte[] certificateKey) {
    byte[] message = Arrays.copyOf(PREFIX, PREFIX.length + certificateKey.length);
    System.arraycopy(certificateKey, 0, message, PREFIX.length, certificateKey.length);
    return message;
  }
}
