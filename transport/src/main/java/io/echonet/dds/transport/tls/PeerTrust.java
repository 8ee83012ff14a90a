package io.echonet.dds.transport.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Hands what peers show to the handshake it belongs to: contexts are shared by all connections,
 * expectations are not. Trusts nobody else.
 */
final class PeerTrust extends X509ExtendedTrustManager {
  private final Map<SSLEngine, TlsUpgrade> upgrades = new ConcurrentHashMap<>();

  /** Until {@link #forget}, {@code upgrade} judges the certificate that {@code engine} receives. */
  void expect(SSLEngine engine, TlsUpgrade upgrade) {
    upgrades.put(engine, upgrade);
  }

  void forget(SSLEngine engine) {
    upgrades.remove(engine);
  }

  /** How many handshakes are under way. */
  int expecting() {
    return upgrades.size();
  }

  private void check(X509Certificate[] chain, @Nullable SSLEngine engine)
      throws CertificateException {
    TlsUpgrade upgrade = engine == null ? null : upgrades.get(engine);
    if (upgrade == null) {
      throw new CertificateException("no handshake waits for a certificate");
    }
    upgrade.show(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain, null);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain, null);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain, null);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain, null);
  }

  /** Peers sign their certificates themselves. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
