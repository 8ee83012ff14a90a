package io.echonet.dds.transport.noise;

import io.echonet.dds.transport.CryptoProvider;
import io.echonet.dds.transport.Identity;
import io.echonet.dds.transport.PeerId;
import io.echonet.dds.transport.spi.Role;
import io.echonet.dds.transport.spi.SecurityProtocol;
import io.netty.channel.Channel;
import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** {@code /noise}: the XX handshake with a host's identity, then ChaCha20-Poly1305 in frames. */
public final class NoiseProtocol implements SecurityProtocol {
  private static final byte[] NO_PROLOGUE = {};

  private final Identity identity;
  private final SecureRandom random = CryptoProvider.random();

  /** Of this process, never stored; each handshake has an ephemeral key of its own besides. */
  private final X25519.Pair staticKey = X25519.generate(random);

  /** The same for all handshakes, as the key is. */
  private final byte[] signature;

  /** Loads native code where there is some: not to be called on an event loop. */
  public NoiseProtocol(Identity identity) {
    this.identity = identity;
    // Once through what handshakes will do, so that whatever it loads is loaded.
    Aead.fastest(new byte[Aead.KEY_BYTES]);
    signature = NoisePayload.sign(identity, staticKey.publicKey());
    NoisePayload.verify(
        NoisePayload.encode(identity.publicKey(), signature, List.of()), staticKey.publicKey());
  }

  @Override
  public String id() {
    return "/noise";
  }

  /** {@inheritDoc} Cancelling closes the channel. */
  @Override
  public Mono<Secured> secure(
      Channel channel, Role role, @Nullable PeerId expected, List<String> muxers) {
    List<String> offered = List.copyOf(muxers);
    return Mono.create(
        sink -> NoiseHandshakeHandler.start(channel, sink, () -> upgrade(role, expected, offered)));
  }

  private NoiseUpgrade upgrade(Role role, @Nullable PeerId expected, List<String> muxers) {
    NoiseHandshake handshake =
        new NoiseHandshake(role, staticKey, X25519.generate(random), NO_PROLOGUE);
    byte[] payload = NoisePayload.encode(identity.publicKey(), signature, muxers);
    return new NoiseUpgrade(role, handshake, payload, expected, muxers);
  }
}
