package io.echonet.dds.transport.tls;

import io.echonet.dds.transport.ConnectionException;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PublicKey;
import io.echonet.dds.transport.spi.SecurityProtocol.Secured;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One end of one handshake: who the peer must be, and what it has shown. */
final class TlsUpgrade {
  /** What is agreed on by ALPN where no muxer is. */
  static final String NO_MUXER = "libp2p";

  private final @Nullable PeerId expected;
  private final List<String> muxers;
  private final Clock clock;
  private @Nullable PublicKey shown;

  /**
   * @param muxers what this end offers
   */
  TlsUpgrade(@Nullable PeerId expected, List<String> muxers, Clock clock) {
    this.expected = expected;
    this.muxers = muxers;
    this.clock = clock;
  }

  /**
   * Takes what the peer shows, within the handshake: a peer that is refused here learns nothing
   * about a dialler.
   *
   * @throws CertificateException where it is not what an honest peer, the one expected, would show
   */
  void show(X509Certificate[] chain) throws CertificateException {
    PublicKey key = PeerCertificate.verify(chain, clock.instant());
    PeerId id = PeerId.of(key);
    if (expected != null && !expected.equals(id)) {
      throw new CertificateException("the peer is " + id + ", not " + expected);
    }
    shown = key;
  }

  /**
   * What has been shown.
   *
   * @param applicationProtocol what ALPN has come to, null or empty where to nothing
   * @throws ConnectionException where no certificate was asked for, or no protocol is in common
   */
  Secured secured(@Nullable String applicationProtocol) {
    PublicKey key = shown;
    if (key == null) {
      throw failure("the peer has shown no certificate", null);
    }
    if (NO_MUXER.equals(applicationProtocol)) {
      return new Secured(PeerId.of(key), key, Optional.empty());
    }
    if (applicationProtocol == null || !muxers.contains(applicationProtocol)) {
      throw failure("no application protocol in common with the peer", null);
    }
    return new Secured(PeerId.of(key), key, Optional.of(applicationProtocol));
  }

  static ConnectionException failure(@Nullable String reason, @Nullable Throwable cause) {
    return new ConnectionException("tls handshake failed: " + reason, cause);
  }
}
