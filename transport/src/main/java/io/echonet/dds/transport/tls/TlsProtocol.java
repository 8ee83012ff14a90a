package io.echonet.dds.transport.tls;

import io.echonet.dds.transport.CryptoProvider;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.spi.Role;
import io.echonet.dds.transport.spi.SecurityProtocol;
import io.netty.channel.Channel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** {@code /tls/1.0.0}: TLS 1.3 between peers that show their identities in certificates. */
public final class TlsProtocol implements SecurityProtocol {
  private static final Logger LOG = LoggerFactory.getLogger(TlsProtocol.class);

  private final Clock clock;
  private final List<String> muxers;
  private final PeerTrust trust = new PeerTrust();
  private final TlsEngines engines;

  /**
   * Makes a certificate, and loads native code where there is some: not to be called on an event
   * loop.
   *
   * @param clock by which certificates are valid
   * @param muxers what all connections will offer for early negotiation, best first; may be empty
   */
  public TlsProtocol(Identity identity, Clock clock, List<String> muxers) {
    this(identity, clock, muxers, fastest());
  }

  TlsProtocol(Identity identity, Clock clock, List<String> muxers, SslProvider provider) {
    this.clock = clock;
    this.muxers = List.copyOf(muxers);
    SecureRandom random = CryptoProvider.random();
    OwnCertificate own = OwnCertificate.make(identity, clock.instant(), random);
    this.engines = new TlsEngines(provider, own, trust, random, this.muxers);
  }

  /** Whether BoringSSL does the work here rather than the JDK. Loads native code, and so blocks. */
  public static boolean isNative() {
    return OpenSsl.isAvailable();
  }

  private static SslProvider fastest() {
    if (isNative()) {
      return SslProvider.OPENSSL;
    }
    LOG.info("BoringSSL does not run here, TLS is the JDK's: {}", OpenSsl.unavailabilityCause());
    return SslProvider.JDK;
  }

  @Override
  public String id() {
    return "/tls/1.0.0";
  }

  /**
   * {@inheritDoc} Cancelling closes the channel.
   *
   * @throws IllegalArgumentException where {@code offered} is not what was said when this was made
   */
  @Override
  public Mono<Secured> secure(
      Channel channel, Role role, @Nullable PeerId expected, List<String> offered) {
    if (!offered.equals(muxers)) {
      throw new IllegalArgumentException(offered + " is offered, but " + muxers + " was prepared");
    }
    return Mono.create(
        sink -> {
          TlsUpgrade upgrade = new TlsUpgrade(expected, muxers, clock);
          TlsHandler.start(
              channel, sink, upgrade, () -> engine(role, channel, upgrade), trust::forget);
        });
  }

  private SSLEngine engine(Role role, Channel channel, TlsUpgrade upgrade) {
    SSLEngine engine = engines.engine(role, channel.alloc());
    trust.expect(engine, upgrade);
    return engine;
  }

  List<String> muxers() {
    return muxers;
  }

  /** How many handshakes are under way. */
  int handshakes() {
    return trust.expecting();
  }
}
