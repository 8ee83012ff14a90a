package io.echonet.dds.transport.tls;

import io.echonet.dds.transport.spi.Role;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/**
 * Makes the engines that run handshakes: TLS 1.3 alone, both ends showing certificates, no server
 * name, no session ever resumed.
 */
final class TlsEngines {
  /** Past what a ticket may live, so that the JDK issues none: nothing else keeps it from that. */
  private static final Duration NO_TICKETS = Duration.ofDays(8);

  private final SslProvider provider;
  private final List<String> protocols;
  private final SslContext dialling;
  private final SslContext listening;

  /**
   * Reads files: not for an event loop.
   *
   * @param muxers what is offered by ALPN before {@link TlsUpgrade#NO_MUXER}, best first
   */
  TlsEngines(
      SslProvider provider,
      OwnCertificate own,
      PeerTrust trust,
      SecureRandom random,
      List<String> muxers) {
    this.provider = provider;
    this.protocols = Stream.concat(muxers.stream(), Stream.of(TlsUpgrade.NO_MUXER)).toList();
    this.dialling =
        context(
            SslContextBuilder.forClient().keyManager(own.key(), own.certificate()),
            provider,
            trust,
            random,
            protocols);
    this.listening =
        context(
            SslContextBuilder.forServer(own.key(), own.certificate())
                .clientAuth(ClientAuth.REQUIRE),
            provider,
            trust,
            random,
            protocols);
  }

  /** An engine for one connection. */
  SSLEngine engine(Role role, ByteBufAllocator allocator) {
    SSLEngine engine = (role.isInitiator() ? dialling : listening).newEngine(allocator);
    if (provider == SslProvider.JDK) {
      offer(engine, protocols);
    }
    return engine;
  }

  /** On the JDK's engine itself: Netty's wrapper is unknown to the trust manager. */
  private static void offer(SSLEngine engine, List<String> protocols) {
    if (engine.getUseClientMode()) {
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setApplicationProtocols(protocols.toArray(String[]::new));
      engine.setSSLParameters(parameters);
    } else {
      // The dialler's first choice counts. Null makes the engine say that there is none.
      engine.setHandshakeApplicationProtocolSelector(
          (self, offered) -> offered.stream().filter(protocols::contains).findFirst().orElse(null));
    }
  }

  private static SslContext context(
      SslContextBuilder builder,
      SslProvider provider,
      PeerTrust trust,
      SecureRandom random,
      List<String> protocols) {
    builder
        .sslProvider(provider)
        .protocols("TLSv1.3")
        .trustManager(trust)
        .endpointIdentificationAlgorithm(null)
        .sessionCacheSize(1)
        .sessionTimeout(NO_TICKETS.toSeconds());
    if (provider == SslProvider.JDK) {
      builder.secureRandom(random);
    } else {
      // What it cannot do better: with nothing in common a listener goes on without a protocol, and
      // is stopped when the handshake is over.
      builder.applicationProtocolConfig(
          new ApplicationProtocolConfig(
              Protocol.ALPN,
              SelectorFailureBehavior.NO_ADVERTISE,
              SelectedListenerFailureBehavior.ACCEPT,
              protocols));
    }
    try {
      SslContext context = builder.build();
      if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
        sessions.setSessionCacheEnabled(false);
      }
      return context;
    } catch (SSLException e) {
      throw new IllegalStateException("no TLS 1.3 by " + provider, e);
    }
  }
}
