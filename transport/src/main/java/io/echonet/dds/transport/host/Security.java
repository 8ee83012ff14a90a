package io.echonet.dds.transport.host;

import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.noise.NoiseProtocol;
import io.echonet.dds.transport.spi.SecurityProtocol;
import io.echonet.dds.transport.tls.TlsProtocol;
import java.time.Clock;
import java.util.List;

/** The ways in which a connection may be secured. */
public enum Security {
  /** {@code /noise}, which every libp2p peer has. */
  NOISE {
    @Override
    SecurityProtocol protocol(Identity identity, Clock clock, List<String> muxers) {
      return new NoiseProtocol(identity);
    }
  },
  /** {@code /tls/1.0.0}. */
  TLS {
    @Override
    SecurityProtocol protocol(Identity identity, Clock clock, List<String> muxers) {
      return new TlsProtocol(identity, clock, muxers);
    }
  };

  /**
   * All of them, that one first by which many bytes cost least on this machine: TLS where BoringSSL
   * runs, Noise elsewhere. Loads native code, and so blocks.
   */
  public static List<Security> fastestFirst() {
    return TlsProtocol.isNative() ? List.of(TLS, NOISE) : List.of(NOISE, TLS);
  }

  /**
   * May load native code, and so blocks.
   *
   * @param muxers what connections will offer
   */
  abstract SecurityProtocol protocol(Identity identity, Clock clock, List<String> muxers);
}
