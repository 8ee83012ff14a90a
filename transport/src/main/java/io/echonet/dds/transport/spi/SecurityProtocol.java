package io.echonet.dds.transport.spi;

import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.PublicKey;
import io.netty.channel.Channel;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A handshake that proves who the peer is and encrypts everything after it. */
public interface SecurityProtocol {
  /** The multistream protocol id, such as {@code /noise}. */
  String id();

  /**
   * Runs the handshake on {@code channel}, and leaves handlers in its pipeline that decrypt what is
   * read and encrypt what is written, so that handlers added behind them see plaintext {@code
   * ByteBuf}s. The channel does not read on its own when this completes (auto-read is off): what
   * arrives early is kept, and handed on when a handler that was added behind asks to read.
   *
   * <p>Errors, each closing the channel: {@link io.echonet.dds.transport.ConnectionException} where
   * the handshake is malformed, a signature is wrong, or the peer is not {@code expected}.
   *
   * @param expected the peer that must answer; null where anybody may
   * @param muxers what this end offers for early muxer negotiation, best first; may be empty
   */
  Mono<Secured> secure(Channel channel, Role role, @Nullable PeerId expected, List<String> muxers);

  /**
   * What the handshake has shown.
   *
   * @param muxer the muxer agreed on within the handshake, where both ends support that
   */
  record Secured(PeerId peer, PublicKey key, Optional<String> muxer) {}
}
