package io.echonet.dds.transport;

import io.echonet.dds.multiformats.MalformedEncodingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;

/** An RSA key pair, stored as PKCS #1, that signs by PKCS #1 v1.5 over SHA-256. */
final class RsaKey implements OwnKey {
  /** What deployed peers make; longer keys cost every handshake more. */
  private static final int GENERATED_BITS = 2048;

  private static final byte[] PROBE = "do they belong together?".getBytes(StandardCharsets.UTF_8);

  private final byte[] data;
  private final PrivateKey secret;
  private final PublicKey publicKey;

  private RsaKey(byte[] data, PrivateKey secret, PublicKey publicKey) {
    this.data = data;
    this.secret = secret;
    this.publicKey = publicKey;
  }

  static RsaKey generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", "SunRsaSign");
      generator.initialize(GENERATED_BITS);
      RSAPrivateCrtKey key = (RSAPrivateCrtKey) generator.generateKeyPair().getPrivate();
      return decode(
          new RSAPrivateKey(
                  key.getModulus(),
                  key.getPublicExponent(),
                  key.getPrivateExponent(),
                  key.getPrimeP(),
                  key.getPrimeQ(),
                  key.getPrimeExponentP(),
                  key.getPrimeExponentQ(),
                  key.getCrtCoefficient())
              .getEncoded(ASN1Encoding.DER));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no RSA", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static RsaKey decode(byte[] data) {
    RSAPrivateKey parts = Der.read(data, RSAPrivateKey::getInstance, "RSA private key");
    try {
      BigInteger modulus = parts.getModulus();
      Signatures.checkRsaBits(modulus.bitLength());
      KeyFactory keys = CryptoProvider.keys("RSA");
      PublicKey publicKey =
          PublicKey.of(
              KeyType.RSA,
              keys.generatePublic(new RSAPublicKeySpec(modulus, parts.getPublicExponent()))
                  .getEncoded());
      RsaKey key =
          new RsaKey(
              Der.write(parts),
              keys.generatePrivate(
                  new RSAPrivateCrtKeySpec(
                      modulus,
                      parts.getPublicExponent(),
                      parts.getPrivateExponent(),
                      parts.getPrime1(),
                      parts.getPrime2(),
                      parts.getExponent1(),
                      parts.getExponent2(),
                      parts.getCoefficient())),
              publicKey);
      if (!publicKey.verify(PROBE, key.signature(PROBE))) {
        throw new GeneralSecurityException("private and public key do not belong together");
      }
      return key;
    } catch (GeneralSecurityException e) {
      throw new MalformedEncodingException("no usable RSA private key: " + e.getMessage());
    }
  }

  @Override
  public PublicKey publicKey() {
    return publicKey;
  }

  @Override
  public byte[] data() {
    return data.clone();
  }

  @Override
  public byte[] sign(byte[] message) {
    try {
      return signature(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("an RSA key that has signed before does not", e);
    }
  }

  private byte[] signature(byte[] message) throws GeneralSecurityException {
    Signature signer = CryptoProvider.signature("SHA256withRSA");
    signer.initSign(secret);
    signer.update(message);
    return signer.sign();
  }
}
