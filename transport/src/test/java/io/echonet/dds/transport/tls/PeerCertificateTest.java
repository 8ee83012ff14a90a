package io.echonet.dds.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echonet.dds.transport.CryptoProvider;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.KeyType;
import io.echonet.dds.transport.PeerId;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerCertificateTest {
  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
  private static final Identity IDENTITY = Identity.generate(new Random(1));

  @ParameterizedTest
  @CsvSource({
    "ed25519, 12D3KooWM6CgA9iBFZmcYAHA6A2qvbAxqfkmrYiRQuz3XEsk4Ksv",
    "ecdsa, QmfXbAwNjJLXfesgztEHe8HwgVDCMMpZ9Eax1HYq6hn9uE",
    "secp256k1, 16Uiu2HAkutTMoTzDw1tCvSRtu6YoixJwS46S1ZFxW8hSx9fWHiPs"
  })
  void theSpecificationsCertificatesProveTheirPeers(String vector, String peer) throws Exception {
    assertThat(PeerId.of(PeerCertificate.verify(CertificateVectors.certificate(vector), NOW)))
        .isEqualTo(PeerId.parse(peer));
  }

  @Test
  void theSpecificationsInvalidCertificateIsRefused() {
    assertRefused(CertificateVectors.certificate("invalid"), "the signature over the");
  }

  private static void assertRefused(byte[] certificate, String message) {
    assertThatThrownBy(() -> PeerCertificate.verify(certificate, NOW))
        .isInstanceOf(CertificateException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @EnumSource
  void ownCertificatesProveTheirPeer(KeyType type) throws Exception {
    Identity identity = Identity.generate(type);
    X509Certificate own = OwnCertificate.make(identity, NOW, CryptoProvider.random()).certificate();

    assertThat(PeerCertificate.verify(new X509Certificate[] {own}, NOW))
        .isEqualTo(identity.publicKey());
    assertThat(own.getVersion()).isEqualTo(3);
    assertThat(own.getNonCriticalExtensionOIDs()).containsExactly(SignedKey.OID);
    assertThat(own.getCriticalExtensionOIDs()).isNullOrEmpty();
  }

  @Test
  void exactlyOneCertificateIsAccepted() {
    X509Certificate own = OwnCertificate.make(IDENTITY, NOW, CryptoProvider.random()).certificate();

    for (X509Certificate[] chain :
        List.of(new X509Certificate[] {own, own}, new X509Certificate[0])) {
      assertThatThrownBy(() -> PeerCertificate.verify(chain, NOW))
          .isInstanceOf(CertificateException.class)
          .hasMessage(chain.length + " certificates, where one was expected");
    }
  }

  @Test
  void aCertificateCountsOnlyWhileItIsValid() throws Exception {
    byte[] vector = CertificateVectors.certificate("ed25519");

    assertThatThrownBy(() -> PeerCertificate.verify(vector, Instant.parse("1975-01-01T12:59:59Z")))
        .isInstanceOf(CertificateNotYetValidException.class);
    assertThat(PeerCertificate.verify(vector, Instant.parse("1975-01-01T13:00:00Z"))).isNotNull();
    assertThatThrownBy(() -> PeerCertificate.verify(vector, Instant.parse("4096-01-01T13:00:01Z")))
        .isInstanceOf(CertificateExpiredException.class);
    byte[] own =
        OwnCertificate.make(IDENTITY, NOW, CryptoProvider.random()).certificate().getEncoded();
    assertThat(PeerCertificate.verify(own, NOW.minus(Duration.ofDays(1)))).isNotNull();
    assertThat(PeerCertificate.verify(own, NOW.plus(Duration.ofDays(3650)))).isNotNull();
  }

  @Test
  void changesAreNoticedWhereverTheyAre() {
    byte[] vector = CertificateVectors.certificate("ed25519");
    Random random = new Random(1);

    for (int i = 0; i < vector.length; i++) {
      byte[] changed = vector.clone();
      changed[i] ^= (byte) (1 << random.nextInt(8));
      assertThatThrownBy(() -> PeerCertificate.verify(changed, NOW))
          .as("byte %d", i)
          .isInstanceOf(CertificateException.class);
    }
  }

  @Test
  void onlyTheWholeCertificateAndNothingElseIsRead() {
    byte[] vector = CertificateVectors.certificate("ed25519");
    byte[] text =
        ("-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(vector)
                + "\n-----END CERTIFICATE-----\n")
            .getBytes(StandardCharsets.US_ASCII);

    assertRefused(Arrays.copyOf(vector, vector.length + 1), "malformed");
    assertRefused(text, "malformed");
    assertRefused(new byte[8193], "certificate of 8193 bytes exceeds 8192");
    assertRefused(Arrays.copyOf(vector, vector.length - 1), "");
    assertRefused(new byte[0], "");
  }

  @Test
  void aCertificateMustHaveTheExtension() {
    assertRefused(new TestCertificate(IDENTITY).withoutSignedKey().make(), "no libp2p extension");
  }

  @Test
  void theExtensionMayBeCritical() throws Exception {
    byte[] certificate = new TestCertificate(IDENTITY).withCriticalSignedKey().make();

    assertThat(PeerCertificate.verify(certificate, NOW)).isEqualTo(IDENTITY.publicKey());
  }

  @Test
  void unknownExtensionsAreIgnoredUnlessTheyAreCritical() throws Exception {
    byte[] harmless = new TestCertificate(IDENTITY).withExtension("1.2.3.4.5", false).make();

    assertThat(PeerCertificate.verify(harmless, NOW)).isEqualTo(IDENTITY.publicKey());
    assertRefused(
        new TestCertificate(IDENTITY).withExtension("1.2.3.4.5", true).make(),
        "critical extension 1.2.3.4.5 is not understood");
  }

  @Test
  void theCertificateMustBeSignedByItsOwnKey() {
    assertRefused(
        new TestCertificate(IDENTITY).withAnotherSigner().make(), "not signed by its own key");
  }

  @Test
  void namesMayBeEmptyAsJavaScriptPeersHaveThem() throws Exception {
    byte[] certificate = new TestCertificate(IDENTITY).withoutNames().make();

    assertThat(PeerCertificate.verify(certificate, NOW)).isEqualTo(IDENTITY.publicKey());
  }

  @Test
  void uniqueIdsAreRefused() {
    assertRefused(new TestCertificate(IDENTITY).withUniqueId().make(), "unique id");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"RSA 2048 SHA256withRSA", "EC 384 SHA384withECDSA", "Ed25519 255 Ed25519"})
  void otherKindsOfCertificateKeysAreTaken(String kind) throws Exception {
    byte[] certificate = new TestCertificate(IDENTITY).withKeys(kind).make();

    assertThat(PeerCertificate.verify(certificate, NOW)).isEqualTo(IDENTITY.publicKey());
  }

  @Test
  void weakKeysAndBrokenHashesAreRefused() {
    assertRefused(
        new TestCertificate(IDENTITY).withKeys("RSA 1024 SHA256withRSA").make(),
        "not signed by its own key");
    assertRefused(
        new TestCertificate(IDENTITY).withKeys("EC 256 SHA1withECDSA").make(),
        "signature by 1.2.840.10045.4.1 is not accepted");
  }

  @Test
  void theExtensionMustHoldAKeyAndASignature() throws Exception {
    byte[] key = IDENTITY.publicKey().encode();
    for (byte[] content :
        List.of(
            new byte[0],
            new byte[] {0x30, 0},
            new DEROctetString(key).getEncoded(),
            new DERSequence(new DEROctetString(key)).getEncoded(),
            new DERSequence(new DERNull[] {DERNull.INSTANCE, DERNull.INSTANCE}).getEncoded(),
            new DERSequence(
                    new DEROctetString[] {
                      new DEROctetString(new byte[3]), new DEROctetString(new byte[64])
                    })
                .getEncoded())) {
      assertRefused(new TestCertificate(IDENTITY).withSignedKey(content).make(), "");
    }
    assertRefused(
        new TestCertificate(IDENTITY)
            .withSignedKey(
                new DERSequence(
                        new DEROctetString[] {
                          new DEROctetString(key), new DEROctetString(new byte[64])
                        })
                    .getEncoded())
            .make(),
        "the signature over the certificate's key is not that of the");
  }

  @Test
  void aSignatureForAnotherCertificateIsRefused() {
    byte[] stolen = SignedKey.encode(IDENTITY, new byte[91]);

    assertRefused(
        new TestCertificate(IDENTITY).withSignedKey(stolen).make(), "the signature over the");
  }
}
